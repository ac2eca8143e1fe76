package dev.xception.cli;

/** Starts the HTTP server; the command line itself knows no Spring. */
@FunctionalInterface
public interface Server {

    /**
     * Starts the server and returns while it goes on running.
     *
     * @param arguments Spring properties, each {@code --key=value}
     * @return 0, or the exit code of a start that failed and has said why
     */
    int start(String... arguments);
}
