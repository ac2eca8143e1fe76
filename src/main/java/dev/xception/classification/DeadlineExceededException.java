package dev.xception.classification;

/** The deadline of a request passed before it was answered. */
public final class DeadlineExceededException extends RuntimeException {

    /** Carries no stack trace: under overload this is a frequent answer. */
    public DeadlineExceededException() {
        super("deadline passed", null, true, false);
    }
}
