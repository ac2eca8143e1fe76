package dev.xception.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
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
    @SuppressWarnings("restricted")
    private static void holdEnvironment() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> apiBase = SymbolLookup.loaderLookup().find("OrtGetApiBase");
        if (apiBase.isEmpty()) {
            throw new IllegalStateException("the loaded library has no OrtGetApiBase");
        }
        long functions = 4 * ValueLayout.ADDRESS.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment base =
                    (MemorySegment) linker.downcallHandle(apiBase.get(), FunctionDescriptor.of(ValueLayout.ADDRESS))
                            .invokeExact();
            MemorySegment api = (MemorySegment) linker.downcallHandle(
                            base.reinterpret(functions).get(ValueLayout.ADDRESS, 0),
                            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                    .invokeExact(1);
            MemorySegment status = (MemorySegment) linker.downcallHandle(
                            api.reinterpret(functions).getAtIndex(ValueLayout.ADDRESS, 3),
                            FunctionDescriptor.of(
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS))
                    .invokeExact(
                            OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR.getValue(),
                            arena.allocateFrom("ort-java"),
                            arena.allocate(ValueLayout.ADDRESS));
            if (!status.equals(MemorySegment.NULL)) {
                throw new IllegalStateException("the environment cannot be held");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls the C library's {@code setenv}, where it has one: Java cannot change its own environment. */
    @SuppressWarnings("restricted") // The build and the jar's manifest enable native access.
    private static void setEnvironmentVariable(String name, String value) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return;
        }
        FunctionDescriptor signature = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) linker.downcallHandle(setenv.get(), signature)
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (failed != 0) {
                throw new IllegalStateException("the environment variable " + name + " cannot be set");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
