package dev.xception.inference;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * ONNX Runtime's native library and its environment, of which a process has one for as long as it lives.
 *
 * <p>Its telemetry is switched off before the library wakes up. On Linux and macOS 1.29 would otherwise send what it runs to
 * its maker, and it crashes the process while it gets ready for that where the command line is longer than about 3.5 KB or
 * the system has no shell (onnxruntime issue 32173). Only an environment variable prevents this, and it has to be set in
 * this very process.
 */
public final class OnnxRuntime {

    private static final String TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY";

    private OnnxRuntime() {}

    /** The environment, or an {@link InferenceException} where the library does not run on this machine. */
    public static OrtEnvironment environment() {
        try {
            return Loaded.ENVIRONMENT;
        } catch (LinkageError e) {
            String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new InferenceException(
                    "ONNX Runtime cannot be loaded on " + machine + ": " + InferenceException.firstLine(cause), e);
        }
    }

    /**
     * Options for a session that computes the same everywhere: with exact products of bytes.
     *
     * @param int8 whether the graph computes on bytes. Then the fastest exact kernels are worth a trial of a tenth of a second;
     *     for others, in which they rarely occur, any will do
     */
    public static SessionOptions sessionOptions(boolean int8) throws OrtException {
        environment();
        boolean exactKernels = !int8 || ByteProducts.saturate();
        SessionOptions options = new SessionOptions();
        if (exactKernels) {
            options.addConfigEntry("session.x64quantprecision", "1");
        }
        return options;
    }

    private static final class Loaded {

        static final OrtEnvironment ENVIRONMENT = load();

        private static OrtEnvironment load() {
            setEnvironmentVariable(TELEMETRY_SWITCH, "1");
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try {
                // Windows has another telemetry, which the variable does not stop.
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException("telemetry cannot be switched off", e);
            }
            holdEnvironment();
            return environment;
        }
    }

    /**
     * Takes one more reference to the native environment. The Java binding frees it in a shutdown hook, beside our own that
     * still answers what was accepted, and a run that goes on then crashes the process. The C API counts references:
     * {@code OrtGetApiBase()->GetApi(1)->CreateEnv(...)}, the fourth function of {@code OrtApi}, gives the one that exists.
     */
    private static void holdEnvironment() {
        MemorySegment getApiBase = SymbolLookup.loaderLookup()
                .find("OrtGetApiBase")
                .orElseThrow(() -> new IllegalStateException("the loaded library has no OrtGetApiBase"));
        MemorySegment base = (MemorySegment) call(getApiBase, FunctionDescriptor.of(ADDRESS));
        MemorySegment api = (MemorySegment) call(functionAt(base, 0), FunctionDescriptor.of(ADDRESS, JAVA_INT), 1);
        try (Arena arena = Arena.ofConfined()) {
            Object status = call(
                    functionAt(api, 3),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR.getValue(),
                    arena.allocateFrom("ort-java"),
                    arena.allocate(ADDRESS));
            if (!status.equals(MemorySegment.NULL)) {
                throw new IllegalStateException("the environment cannot be held");
            }
        }
    }

    /** Calls the C library's {@code setenv}, where it has one: Java cannot change its own environment. */
    private static void setEnvironmentVariable(String name, String value) {
        Optional<MemorySegment> setenv = Linker.nativeLinker().defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Object failed = call(
                    setenv.get(),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
                    arena.allocateFrom(name),
                    arena.allocateFrom(value),
                    1);
            if (!failed.equals(0)) {
                throw new IllegalStateException("the environment variable " + name + " cannot be set");
            }
        }
    }

    /** The address at a place in a table of C functions. */
    @SuppressWarnings("restricted") // The build and the jar's manifest enable native access.
    private static MemorySegment functionAt(MemorySegment table, int index) {
        return table.reinterpret((index + 1) * ADDRESS.byteSize()).getAtIndex(ADDRESS, index);
    }

    @SuppressWarnings("restricted")
    private static Object call(MemorySegment function, FunctionDescriptor signature, Object... arguments) {
        try {
            return Linker.nativeLinker().downcallHandle(function, signature).invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
