package dev.xception.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A vector of floats, normalised or written as bytes. */
final class FloatVector {

    /** NumPy's format 1.0 starts with its name and version, and the header ends at a multiple of this many bytes. */
    private static final byte[] NPY_MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    private static final int NPY_ALIGNMENT = 64;

    private FloatVector() {}

    /** The vector scaled to Euclidean length 1; a zero vector stays as it is. */
    static float[] normalised(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        if (squares == 0) {
            return values.clone();
        }
        double length = Math.sqrt(squares);
        float[] normalised = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            normalised[i] = (float) (values[i] / length);
        }
        return normalised;
    }

    /** float32, little-endian. */
    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** A file of NumPy's format 1.0 with one axis. */
    static byte[] npy(float[] values) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }".formatted(values.length);
        int prefix = NPY_MAGIC.length + Short.BYTES;
        int end = Math.ceilDiv(prefix + header.length() + 1, NPY_ALIGNMENT) * NPY_ALIGNMENT;
        String padded = header + " ".repeat(end - prefix - header.length() - 1) + "\n";
        return ByteBuffer.allocate(end + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(NPY_MAGIC)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .put(bytes(values))
                .array();
    }
}
