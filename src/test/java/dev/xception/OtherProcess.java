package dev.xception;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process of a test's own, with the test's class path. */
public final class OtherProcess {

    private OtherProcess() {}

    /**
     * Runs a {@code main} with one argument.
     *
     * @param options of the process's Java
     */
    public static ProcessBuilder of(Class<?> main, Path argument, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), argument.toString()));
        return new ProcessBuilder(command);
    }
}
