package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.OverloadedException;
import dev.xception.classification.UnavailableException;
import dev.xception.classification.UnknownModelException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * Whether a request would be refused for what waits before it, asked before anything of its body is read. Whoever passes is held
 * against all bounds by the classifier again.
 */
@Component
class Overload {

    private static final Set<String> PATHS = Set.of("/classify", "/classify/batch", "/explain", "/embed");

    private final Supplier<Classifiers> classifiers;
    private final RequestLimits limits;

    /** The classifiers are asked for when a request comes: what listens is made before the models are loaded. */
    Overload(ObjectProvider<Classifiers> classifiers, RequestLimits limits) {
        this.classifiers = SingletonSupplier.of(classifiers::getObject);
        this.limits = limits;
    }

    /**
     * Whether requests of this kind run a model.
     *
     * @param path below the context path
     */
    static boolean concerns(@Nullable String method, String path) {
        return "POST".equals(method) && PATHS.contains(path);
    }

    /**
     * Why this request is refused, which has been told to the listener of its classifier; null if it is not.
     *
     * @param queryString null for none
     * @param timeout value of {@link Query#TIMEOUT_HEADER}, null for none
     */
    @Nullable
    OverloadedException refusal(@Nullable String queryString, @Nullable String timeout) {
        try {
            Query query = new Query(queryString, timeout);
            Classifier classifier = query.classifier(classifiers.get());
            classifier.refuseOverload(classifier.deadlineAfter(query.timeout(limits.timeout())));
            return null;
        } catch (OverloadedException e) {
            return e;
        } catch (RequestException | UnknownModelException | UnavailableException e) {
            // The controller meets it again.
            return null;
        }
    }
}
