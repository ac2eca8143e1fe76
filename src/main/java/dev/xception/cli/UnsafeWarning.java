package dev.xception.cli;

import java.lang.reflect.Field;

/**
 * Java warns once, on standard error, that protobuf asks for {@code sun.misc.Unsafe}. That is news for protobuf's authors,
 * whose code does without it where it is gone. Only an option of {@code java} itself turns the warning off, so Java is told
 * that it has been given already.
 */
final class UnsafeWarning {

    private UnsafeWarning() {}

    /** Where this Java keeps it elsewhere, the warning stays. */
    static void silence() {
        try {
            Field warned = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
            warned.setAccessible(true);
            warned.setBoolean(null, true);
        } catch (ReflectiveOperationException | RuntimeException elsewhere) {
            return;
        }
    }
}
