package dev.xception.bench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that send requests: one of the operating system's for each, so that a blocking send or receive is one system
 * call. A virtual thread would wait through a poller and a scheduler of its own, which costs the cores that client and server
 * share twice as much.
 */
final class Callers {

    private Callers() {}

    /** Starts as many threads as have something to send at a time, and keeps them for the next. */
    static ExecutorService start() {
        return Executors.newCachedThreadPool(
                Thread.ofPlatform().name("bench-caller-", 0).daemon().factory());
    }
}
