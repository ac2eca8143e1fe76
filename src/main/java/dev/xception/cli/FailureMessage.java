package dev.xception.cli;

import dev.xception.classification.UnsupportedByModelException;
import dev.xception.image.InvalidImageException;
import dev.xception.inference.InferenceException;
import dev.xception.model.ModelException;
import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.quantisation.InsufficientAgreementException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Failures in one line each. */
public final class FailureMessage {

    private static final String OWN_CODE = "dev.xception.";

    private FailureMessage() {}

    /**
     * Why something failed, if the reason is a file, a model, a picture or a setting: the first such failure in the chain
     * of causes. Empty for what nobody has foreseen.
     */
    public static Optional<String> of(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(FailureMessage::known)
                .flatMap(Optional::stream)
                .findFirst()
                .map(FailureMessage::inOneLine);
    }

    /** The same, and for the unforeseen what it is and where it happened. */
    static String orInternalError(Throwable failure) {
        return of(failure).orElseGet(() -> {
            StackTraceElement[] trace = failure.getStackTrace();
            return inOneLine("internal error: " + failure + (trace.length == 0 ? "" : " at " + trace[0]));
        });
    }

    private static String inOneLine(String message) {
        return String.join(" ", message.lines().map(String::strip).toList());
    }

    private static Optional<String> known(@Nullable Throwable failure) {
        return switch (failure) {
            case CommandException e -> Optional.ofNullable(e.getMessage());
            case ModelException e -> Optional.ofNullable(e.getMessage());
            case InvalidModelException e -> Optional.ofNullable(e.getMessage());
            case InferenceException e -> Optional.ofNullable(e.getMessage());
            case InsufficientAgreementException e -> Optional.ofNullable(e.getMessage());
            case InvalidImageException e -> Optional.ofNullable(e.getMessage());
            case UnsupportedByModelException e -> Optional.ofNullable(e.getMessage());
            case NoSuchFileException e -> Optional.of(e.getFile() + ": no such file");
            case AccessDeniedException e -> Optional.of(e.getFile() + ": permission denied");
            case FileSystemLoopException e -> Optional.of(e.getFile() + ": a link to a folder that it lies in");
            case FileSystemException e when e.getReason() != null -> Optional.of(e.getFile() + ": " + e.getReason());
            case IOException e when !(e instanceof FileSystemException) -> Optional.ofNullable(e.getMessage());
            case InvalidPathException e -> Optional.of(e.getInput() + ": no file name here: " + e.getReason());
            case IllegalArgumentException e when isOurs(e) -> Optional.ofNullable(e.getMessage());
            case null, default -> Optional.empty();
        };
    }

    /** A value that one of our own classes has refused. */
    private static boolean isOurs(IllegalArgumentException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith(OWN_CODE);
    }
}
