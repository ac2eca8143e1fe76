package dev.xception.classification;

/** The model's network does not have what the answer would be made of; the message is meant for the caller. */
public final class UnsupportedByModelException extends RuntimeException {

    UnsupportedByModelException(String message) {
        super(message, null, true, false);
    }
}
