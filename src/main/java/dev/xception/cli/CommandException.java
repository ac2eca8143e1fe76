package dev.xception.cli;

/** A command that cannot be done; the message is the one line that the user sees. */
final class CommandException extends RuntimeException {

    CommandException(String message) {
        super(message);
    }

    CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
