package dev.xception.classification;

/** A request named a model that is not served. */
public final class UnknownModelException extends RuntimeException {

    public UnknownModelException(String name) {
        super("no model named '%s' is served".formatted(name), null, true, false);
    }
}
