package dev.xception.inference;

/**
 * How a session runs its graph.
 *
 * @param intraOpThreads threads that share one run on the CPU, the caller's own among them; 1 keeps a run on its caller
 * @param spinning whether those threads spin for a moment between operators instead of sleeping: faster runs
 * @param deviceId the GPU's number; without meaning on the CPU
 * @param memoryArena whether freed activations stay with the session for its next run
 * @param int8 whether the graph computes on bytes: only the CPU has kernels for all of it
 */
public record SessionConfig(
        ExecutionProvider provider,
        int intraOpThreads,
        boolean spinning,
        int deviceId,
        boolean memoryArena,
        boolean int8) {

    public SessionConfig {
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("intra-op threads must be at least 1, not " + intraOpThreads);
        }
        if (deviceId < 0) {
            throw new IllegalArgumentException("the device id must not be negative: " + deviceId);
        }
    }

    /** No spinning, device 0, arena on, floats. */
    public SessionConfig(ExecutionProvider provider, int intraOpThreads) {
        this(provider, intraOpThreads, false, 0, true, false);
    }

    public SessionConfig withProvider(ExecutionProvider other) {
        return new SessionConfig(other, intraOpThreads, spinning, deviceId, memoryArena, int8);
    }

    public SessionConfig withInt8(boolean bytes) {
        return new SessionConfig(provider, intraOpThreads, spinning, deviceId, memoryArena, bytes);
    }
}
