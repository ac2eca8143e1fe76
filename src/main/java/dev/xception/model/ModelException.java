package dev.xception.model;

/** A model that cannot be served as its directory stands; one line says what is wrong and what to do. */
public class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
