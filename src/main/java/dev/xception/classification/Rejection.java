package dev.xception.classification;

import dev.xception.image.InvalidImageException;
import java.io.IOException;
import java.util.Locale;

/** Why a picture got no answer, as metrics count it. */
public enum Rejection {
    EMPTY,
    TOO_MANY_BYTES,
    UNKNOWN_FORMAT,
    TOO_MANY_PIXELS,
    UNDECODABLE,
    UPLOAD,
    OVERLOADED,
    DEADLINE,
    CALLER_GONE,
    UNAVAILABLE,
    FAILED;

    static Rejection of(Throwable e) {
        return switch (e) {
            case InvalidImageException invalid ->
                switch (invalid.reason()) {
                    case EMPTY -> EMPTY;
                    case TOO_MANY_BYTES -> TOO_MANY_BYTES;
                    case UNKNOWN_FORMAT -> UNKNOWN_FORMAT;
                    case TOO_MANY_PIXELS -> TOO_MANY_PIXELS;
                    case UNDECODABLE -> UNDECODABLE;
                };
            case IOException unreadable -> UPLOAD;
            case OverloadedException overloaded -> OVERLOADED;
            case DeadlineExceededException exceeded -> DEADLINE;
            case CallerGoneException gone -> CALLER_GONE;
            case UnavailableException unavailable -> UNAVAILABLE;
            default -> FAILED;
        };
    }

    /** As it stands in the tags of metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
