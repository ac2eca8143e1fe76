package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowPairsTest {

    /** Black and white pixels at random, so that filters with negative lobes go far below 0 and above 255. */
    @ParameterizedTest
    @CsvSource({
        "50, 30, 3, BILINEAR",
        "50, 30, 1, LANCZOS",
        "50, 30, 3, LANCZOS",
        "7, 40, 3, BICUBIC",
        "300, 5, 3, LANCZOS"
    })
    void resizesEachRowOfAPairAsIfItWereAlone(int from, int to, int channels, Filter filter) {
        AxisWeights weights = new AxisWeights(from, to, filter);
        RowPairs pairs = new RowPairs(from, channels, weights);
        int[] resizedUpper = new int[to * channels];
        int[] resizedLower = new int[to * channels];
        Random random = new Random(1);

        for (int round = 0; round < 20; round++) {
            byte[] upper = blackAndWhite(random, from * channels);
            byte[] lower = blackAndWhite(random, from * channels);
            pairs.resize(upper, lower, resizedUpper, resizedLower);

            assertThat(resizedUpper).isEqualTo(alone(upper, channels, weights));
            assertThat(resizedLower).isEqualTo(alone(lower, channels, weights));
        }
    }

    /** The lower sum lies exactly on the edge between 0 and 1, where one less shows. */
    @Test
    void takesNothingFromTheLowerRowWhereTheUpperOneIsNegative() {
        AxisWeights weights = new AxisWeights(2, 1, Filter.BOX);
        weights.weights[0] = -weights.weights[1];
        int[] upper = new int[1];
        int[] lower = new int[1];

        new RowPairs(2, 1, weights).resize(new byte[] {100, 0}, new byte[] {0, 1}, upper, lower);

        assertThat(upper).containsExactly(0);
        assertThat(lower).containsExactly(1);
    }

    private static byte[] blackAndWhite(Random random, int samples) {
        byte[] row = new byte[samples];
        for (int i = 0; i < samples; i++) {
            row[i] = (byte) (random.nextBoolean() ? 255 : 0);
        }
        return row;
    }

    private static int[] alone(byte[] row, int channels, AxisWeights weights) {
        int[] resized = new int[weights.first.length * channels];
        for (int i = 0; i < resized.length; i++) {
            int x = i / channels;
            long sum = 1L << (AxisWeights.PRECISION_BITS - 1);
            for (int k = 0; k < weights.taps; k++) {
                int at = (weights.first[x] + k) * channels + i % channels;
                int sample = at < row.length ? row[at] & 0xff : 0;
                sum += sample * weights.weights[weights.place(k / 4, x) + k % 4];
            }
            resized[i] = Math.clamp(sum >> AxisWeights.PRECISION_BITS, 0, 255);
        }
        return resized;
    }
}
