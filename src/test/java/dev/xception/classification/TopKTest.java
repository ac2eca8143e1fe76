package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {

    @Test
    void givesTheLargestFirst() {
        assertThat(TopK.indices(new float[] {0.1f, 0.7f, 0.2f}, 2)).containsExactly(1, 2);
    }

    @Test
    void ofEqualValuesTheLowerIndexComesFirst() {
        assertThat(TopK.indices(new float[] {0.2f, 0.5f, 0.2f, 0.5f}, 4)).containsExactly(1, 3, 0, 2);
    }

    @Test
    void agreesWithASortForEveryK() {
        Random random = new Random(7);
        for (int length = 1; length <= 40; length++) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = random.nextInt(10) / 10f;
            }
            int[] sorted = IntStream.range(0, length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -values[i])
                            .thenComparingInt(i -> i))
                    .mapToInt(i -> i)
                    .toArray();
            for (int k = 1; k <= length; k++) {
                assertThat(TopK.indices(values, k))
                        .containsExactly(IntStream.of(sorted).limit(k).toArray());
            }
        }
    }

    @Test
    void refusesAKThatIsNotThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> TopK.indices(new float[3], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> TopK.indices(new float[3], 4));
    }
}
