package dev.xception.inference;

/**
 * How a session runs its graph.
 *
 * @param intraOpThreads threads that share one run on the CPU, the caller's own among them; 1 keeps a run on its caller
 * @param spinning whether those threads spin for a moment between operators instead of sleeping: faster runs
 * @param deviceId the GPU's number; without meaning on the CPU
 * @param memoryArena whether freed activations stay with the session for its next run
 */
public record SessionConfig(
        ExecutionProvider provider, int intraOpThreads, boolean spinning, int deviceId, boolean memoryArena) {

    public SessionConfig {
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("intra-op threads must be at least 1, not " + intraOpThreads);
        }
        if (deviceId < 0) {
            throw new IllegalArgumentException("the device id must not be negative: " + deviceId);
        }
    }

    /** No spinning, device 0, arena on. */
    public SessionConfig(ExecutionProvider provider, int intraOpThreads) {
        this(provider, intraOpThreads, false, 0, true);
    }

    public SessionConfig withProvider(ExecutionProvider other) {
        return new SessionConfig(other, intraOpThreads, spinning, deviceId, memoryArena);
    }
}
