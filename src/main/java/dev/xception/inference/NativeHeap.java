package dev.xception.inference;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The C library's heap. What ONNX Runtime frees after it has optimised a graph stays with the process on glibc (140 MB for
 * Xception) until it is told to give it back.
 */
final class NativeHeap {

    private static final Logger log = LoggerFactory.getLogger(NativeHeap.class);

    private NativeHeap() {}

    /** Gives free memory back to the system, where the Java runtime can. */
    static void trim() {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            null,
                            null);
        } catch (JMException e) {
            log.debug("the native heap was not trimmed", e);
        }
    }
}
