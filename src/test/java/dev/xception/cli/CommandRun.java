package dev.xception.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One run of the command line, with what it wrote. */
record CommandRun(int exitCode, String out, String err) {

    /** Standard output a terminal or not, standard error not. */
    static CommandRun of(boolean terminal, String... arguments) {
        return of(terminal, settings -> 0, arguments);
    }

    static CommandRun of(String... arguments) {
        return of(false, arguments);
    }

    static CommandRun of(boolean terminal, Server server, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Commands.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        descriptor -> terminal && descriptor == 1),
                server,
                arguments);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> outLines() {
        return out.lines().toList();
    }
}
