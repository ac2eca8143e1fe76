package dev.xception.image;

/** The picture is at fault: it is missing, too large, of no format we read, or broken. */
public final class InvalidImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the picture. */
    public enum Reason {
        EMPTY,
        TOO_MANY_BYTES,
        UNKNOWN_FORMAT,
        TOO_MANY_PIXELS,
        UNDECODABLE
    }

    private final Reason reason;

    public InvalidImageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static InvalidImageException undecodable(String message) {
        return new InvalidImageException(Reason.UNDECODABLE, message);
    }

    public Reason reason() {
        return reason;
    }
}
