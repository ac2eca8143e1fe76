package dev.xception.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * The one function of OpenCV that is used: decoding a picture from memory, quietly and on the caller's thread.
 *
 * <p>OpenCV's log and the threads of OpenBLAS, which OpenCV links without a use for us, can only be set by environment
 * variables before the libraries load; those that the process was given stay as they are.
 */
final class OpenCv {

    static {
        setEnvironment("OPENCV_LOG_LEVEL", "SILENT");
        setEnvironment("OPENBLAS_NUM_THREADS", "1");
        // Pictures are freed by hand, and JavaCPP's ceilings would count the memory of the models too.
        System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
        System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        opencv_core.setNumThreads(1);
        Loader.load(opencv_imgcodecs.class);
    }

    private OpenCv() {}

    /** Makes sure that the native libraries are loaded; the first call in a process takes a second or so. */
    static void load() {
        // Initialising this class does it.
    }

    /**
     * Decodes the first picture to 8-bit RGB, without alpha.
     *
     * @return a matrix that the caller closes, or null where the bytes cannot be decoded
     */
    static @Nullable Mat decode(byte[] encoded, boolean applyOrientation) {
        int flags = opencv_imgcodecs.IMREAD_COLOR_RGB;
        if (!applyOrientation) {
            flags |= opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
        }
        try (BytePointer bytes = new BytePointer(encoded);
                Mat row = new Mat(1, encoded.length, opencv_core.CV_8U, bytes)) {
            Mat picture = opencv_imgcodecs.imdecode(row, flags);
            if (!picture.empty() && picture.type() == opencv_core.CV_8UC3 && picture.isContinuous()) {
                return picture;
            }
            picture.close();
            return null;
        } catch (RuntimeException refused) {
            if (String.valueOf(refused.getMessage()).contains("Insufficient memory")) {
                throw refused;
            }
            return null;
        }
    }

    /** Sets an environment variable of this process, for native code, unless it is set already. */
    @SuppressWarnings("restricted")
    private static void setEnvironment(String name, String value) {
        if (System.getenv(name) != null) {
            return;
        }
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        Linker linker = Linker.nativeLinker();
        MethodHandle putenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(windows ? "_putenv_s" : "setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            // Windows takes two arguments and leaves the third register alone.
            int failed = (int) putenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (failed != 0) {
                throw new IllegalStateException("cannot set the environment variable " + name);
            }
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
