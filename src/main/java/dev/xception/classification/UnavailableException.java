package dev.xception.classification;

/** The server is going down and takes no new work. */
public final class UnavailableException extends RuntimeException {

    public UnavailableException() {
        super("server is shutting down", null, true, false);
    }
}
