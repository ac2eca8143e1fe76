package dev.xception.classification;

import java.time.Duration;

/** Refused because the server has as much work as it may hold; the request was not begun. */
public final class OverloadedException extends RuntimeException {

    private final Duration retryAfter;

    /** Carries no stack trace: under overload this is a frequent answer. */
    public OverloadedException(String message, Duration retryAfter) {
        super(message, null, true, false);
        this.retryAfter = retryAfter;
    }

    /** After how long it makes sense to try again: whole seconds, at least one. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
