package dev.xception;

import java.io.IOException;
import java.nio.file.Path;

/** A Java process of a test's own, with the test's class path. */
public final class OtherProcess {

    private OtherProcess() {}

    /** Runs a {@code main} with one argument; what goes wrong in it is written to the test's standard error. */
    public static Process start(Class<?> main, Path argument) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        argument.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
