package dev.xception;

import dev.xception.cli.Commands;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server, or whatever other command the arguments name. */
@SpringBootApplication
public class XceptionApplication {

    private static final int FAILED = 1;

    public static void main(String[] args) {
        int exitCode = Commands.run(args, XceptionApplication::serve);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static int serve(String... properties) {
        try {
            SpringApplication.run(XceptionApplication.class, properties);
            return 0;
        } catch (RuntimeException e) {
            // Spring has said why: see StartFailureReporter.
            return FAILED;
        }
    }
}
