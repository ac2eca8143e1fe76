package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FloatVectorTest {

    @Test
    void scalesToLengthOne() {
        assertThat(FloatVector.normalised(new float[] {3, 0, -4}))
                .containsExactly(new float[] {0.6f, 0, -0.8f}, within(1e-7f));
    }

    @Test
    void leavesAZeroVectorAsItIs() {
        assertThat(FloatVector.normalised(new float[2])).containsExactly(0, 0);
    }

    @Test
    void writesLittleEndianFloats() {
        assertThat(HexFormat.of().formatHex(FloatVector.bytes(new float[] {1, -2})))
                .isEqualTo("0000803f000000c0");
    }

    /** Byte for byte what numpy.save writes for {@code np.array([1, -2], "<f4")}. */
    @Test
    void writesWhatNumPyWrites() {
        byte[] npy = FloatVector.npy(new float[] {1, -2});

        assertThat(npy).hasSize(128 + 8);
        assertThat(HexFormat.of().formatHex(npy, 0, 10)).isEqualTo("934e554d505901007600");
        assertThat(new String(npy, 10, 118, StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }   ")
                .endsWith(" \n");
        assertThat(HexFormat.of().formatHex(npy, 128, 136)).isEqualTo("0000803f000000c0");
    }
}
