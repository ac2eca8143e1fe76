package dev.xception.classification;

/** Nobody waits for the answer any more, so it was not made. */
public final class CallerGoneException extends RuntimeException {

    public CallerGoneException() {
        super("caller is gone", null, true, false);
    }
}
