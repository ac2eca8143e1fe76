package dev.xception;

import dev.xception.cli.FailureMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;

/** Says in one line why the server did not start, where the reason is a model, a file or a setting. */
final class StartFailureReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(StartFailureReporter.class);

    /** As Spring Boot calls it. */
    StartFailureReporter(@Nullable ConfigurableApplicationContext context) {}

    @Override
    public boolean reportException(Throwable failure) {
        Optional<String> reason = FailureMessage.of(failure);
        reason.ifPresent(line -> log.error("The server cannot start: {}", line));
        return reason.isPresent();
    }
}
