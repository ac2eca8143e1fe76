package dev.xception.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph in ONNX Runtime's memory, checked against the contract. It is closed with the last of the sessions that run it.
 */
final class LoadedGraph {

    /**
     * How long a thread of a run spins for its next piece of work before it sleeps: longer than the time from one operator to
     * the next, and so short that an idle server does not burn its cores.
     */
    private static final String SPIN_MICROS = "50";

    private final Path file;
    private final OrtSession session;
    private final GraphContract contract;
    private final Map<String, String> metadata;
    private final ExecutionProvider provider;
    private final String providerReason;
    private int users;

    private LoadedGraph(Path file, OrtSession session, ExecutionProvider provider, String reason) throws OrtException {
        this.file = file;
        this.session = session;
        this.contract = GraphContract.of(session);
        this.metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
        this.provider = provider;
        this.providerReason = reason;
    }

    /** Loads the file on the wanted provider, or says in one line why that cannot be. */
    static LoadedGraph load(Path file, SessionConfig config) {
        if (!Files.isRegularFile(file)) {
            throw new InferenceException(file + ": no such file");
        }
        return switch (config.provider()) {
            case AUTO -> config.int8() ? loadInt8(file, config) : loadOnBest(file, config);
            case CPU -> load(file, config, "as configured");
            case CUDA -> loadOnGpu(file, config, OrtProvider.CUDA);
            case TENSORRT -> loadOnGpu(file, config, OrtProvider.TENSOR_RT);
        };
    }

    private static LoadedGraph loadOnBest(Path file, SessionConfig config) {
        OnnxRuntime.environment();
        String reason = "this build of ONNX Runtime has no CUDA";
        if (OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            try {
                return load(file, config.withProvider(ExecutionProvider.CUDA), "CUDA was found");
            } catch (InferenceException e) {
                reason = "CUDA cannot be used: " + e.getMessage();
            }
        }
        return load(file, config.withProvider(ExecutionProvider.CPU), reason);
    }

    /** On a GPU whatever it has no kernels for would go to the CPU and back, layer by layer, slower than on the CPU alone. */
    private static LoadedGraph loadInt8(Path file, SessionConfig config) {
        return load(file, config.withProvider(ExecutionProvider.CPU), "only the CPU has kernels for int8");
    }

    private static LoadedGraph loadOnGpu(Path file, SessionConfig config, OrtProvider wanted) {
        if (config.int8()) {
            throw new InferenceException(
                    "execution provider " + config.provider().id() + " has no kernels for int8: choose the provider"
                            + " cpu or auto, or the precision fp16");
        }
        OnnxRuntime.environment();
        var available = OrtEnvironment.getAvailableProviders();
        if (!available.contains(wanted)) {
            throw new InferenceException(
                    "execution provider " + config.provider().id() + " cannot be had: this build of"
                            + " ONNX Runtime has only " + available + " (the Maven profile \"cuda\" builds with CUDA)");
        }
        return load(file, config, "as configured");
    }

    private static LoadedGraph load(Path file, SessionConfig config, String reason) {
        OrtSession session = null;
        OrtEnvironment environment = OnnxRuntime.environment();
        try (SessionOptions options = OnnxRuntime.sessionOptions(config.int8())) {
            configure(options, config);
            session = environment.createSession(file.toString(), options);
            NativeHeap.trim();
            return new LoadedGraph(file, session, config.provider(), reason);
        } catch (OrtException | InferenceException e) {
            closeQuietly(session, e);
            String where = e instanceof OrtException
                    ? file + " on " + config.provider().id()
                    : file.toString();
            throw new InferenceException(where + ": " + InferenceException.firstLine(e), e);
        }
    }

    private static void configure(SessionOptions options, SessionConfig config) throws OrtException {
        options.setExecutionMode(ExecutionMode.SEQUENTIAL);
        options.setInterOpNumThreads(1);
        options.setIntraOpNumThreads(config.intraOpThreads());
        options.addConfigEntry("session.intra_op.allow_spinning", config.spinning() ? "1" : "0");
        if (config.spinning()) {
            options.addConfigEntry("session.intra_op.spin_duration_us", SPIN_MICROS);
        }
        options.setCPUArenaAllocator(config.memoryArena());
        // Weights outside the arena, which grows by doubling and would keep the rest of their last block.
        options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
        // Keeps a second copy of the activations on the CPU (40 MB for Xception) and is not faster there; in CUDA it
        // makes the
        // device memory grow without bound (onnxruntime issue 29351).
        options.setMemoryPatternOptimization(false);
        if (config.provider().onGpu()) {
            addGpu(options, config);
        }
    }

    private static void addGpu(SessionOptions options, SessionConfig config) throws OrtException {
        if (config.provider() == ExecutionProvider.TENSORRT) {
            try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(config.deviceId())) {
                options.addTensorrt(tensorRt);
            }
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(config.deviceId())) {
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            // Ten bits of mantissa are not float32; whoever wants that speed takes fp16.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
        }
    }

    synchronized LoadedGraph use() {
        users++;
        return this;
    }

    /** Ends one session's use; with the last one the native memory is given back. */
    synchronized void release() {
        users--;
        if (users == 0) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new InferenceException(file + ": cannot be closed: " + InferenceException.firstLine(e), e);
            }
        }
    }

    private static void closeQuietly(@Nullable OrtSession session, Exception cause) {
        if (session != null) {
            try {
                session.close();
            } catch (OrtException e) {
                cause.addSuppressed(e);
            }
        }
    }

    Path file() {
        return file;
    }

    OrtSession session() {
        return session;
    }

    GraphContract contract() {
        return contract;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    ExecutionProvider provider() {
        return provider;
    }

    String providerReason() {
        return providerReason;
    }
}
