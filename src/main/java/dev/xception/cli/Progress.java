package dev.xception.cli;

/** How far a long piece of work has come, for whoever looks; by itself nobody does. */
interface Progress extends AutoCloseable {

    Progress HIDDEN = new Progress() {};

    default void step() {}

    default void stepTo(long done) {}

    /**
     * Starts from nothing again.
     *
     * @param part of the task
     * @param total steps
     */
    default void restart(String part, long total) {}

    /** Runs what prints to the terminal. */
    default void print(Runnable printing) {
        printing.run();
    }

    @Override
    default void close() {}
}
