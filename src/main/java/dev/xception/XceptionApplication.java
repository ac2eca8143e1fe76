package dev.xception;

import dev.xception.cli.Commands;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server, or whatever other command the arguments name. */
@SpringBootApplication
public class XceptionApplication {

    private static final int FAILED = 1;

    public static void main(String[] args) {
        leaveCarriersFree();
        int exitCode = Commands.run(args, XceptionApplication::serve);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * Twice as many carriers of virtual threads as can be held by decoding, and one for each probe: a probe must be
     * answered while every core decodes. The JDK reads the property when the first virtual thread starts.
     */
    private static void leaveCarriersFree() {
        String carriers = "jdk.virtualThreadScheduler.parallelism";
        if (System.getProperty(carriers) == null) {
            System.setProperty(carriers, String.valueOf(2 * Runtime.getRuntime().availableProcessors() + 2));
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
