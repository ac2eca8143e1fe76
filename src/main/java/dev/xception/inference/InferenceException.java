package dev.xception.inference;

/** A graph that cannot be opened on the wanted provider, breaks the contract, or failed to run. One line says why. */
public final class InferenceException extends RuntimeException {

    InferenceException(String message) {
        super(message);
    }

    InferenceException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The first line of what ONNX Runtime says; the rest is about its own source. */
    static String firstLine(Throwable error) {
        String message = String.valueOf(error.getMessage());
        return message.lines().findFirst().orElse(message).strip();
    }
}
