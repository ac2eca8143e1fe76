package dev.xception.modelimport;

/** A model file that cannot be imported; the message is one line that says why. */
public final class InvalidModelException extends RuntimeException {

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
