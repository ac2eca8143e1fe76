package dev.xception;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test class that is skipped as a whole, and says so, where this reference file is absent: see {@link TestData}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsTestData.Condition.class)
public @interface NeedsTestData {

    /** Name of the file. */
    String value();

    /** Looks for the file before anything of the class is started. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), NeedsTestData.class)
                    .map(needs -> TestData.isPresent(needs.value())
                            ? ConditionEvaluationResult.enabled("present")
                            : ConditionEvaluationResult.disabled(TestData.absence(needs.value())))
                    .orElse(ConditionEvaluationResult.enabled("needs none"));
        }
    }
}
