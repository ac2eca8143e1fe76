package dev.xception.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xception.model.ClassifierHead;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The map against the network's tail computed by hand, gradients by finite differences. */
class ClassActivationMapTest {

    private static final int WIDTH = 4;
    private static final int HEIGHT = 3;
    private static final int CHANNELS = 5;
    private static final int CLASSES = 6;
    private static final int PLACES = WIDTH * HEIGHT;

    private final Random random = new Random(16);
    private final float[] features = gaussians(PLACES * CHANNELS, 2);
    private final ClassifierHead head = head();

    @Test
    void equalsTheGradientWeightedMapUpToItsScale() {
        for (int c = 0; c < CLASSES; c++) {
            ClassActivationMap map = ClassActivationMap.of(features, WIDTH, HEIGHT, head, c);
            double[] alpha = new double[CHANNELS];
            for (int i = 0; i < features.length; i++) {
                alpha[i % CHANNELS] += derivative(c, i) / PLACES;
            }
            for (int place = 0; place < PLACES; place++) {
                double gradCam = 0;
                for (int k = 0; k < CHANNELS; k++) {
                    gradCam += alpha[k] * features[place * CHANNELS + k];
                }
                assertThat((double) map.values()[place]).isCloseTo(gradCam * PLACES, within(1e-4));
            }
        }
    }

    @Test
    void averagesToTheLogitWithoutItsBias() {
        for (int c = 0; c < CLASSES; c++) {
            ClassActivationMap map = ClassActivationMap.of(features, WIDTH, HEIGHT, head, c);
            double mean = 0;
            for (float value : map.values()) {
                mean += value / (double) PLACES;
            }
            assertThat(mean + head.bias()[c]).isCloseTo(logit(toDoubles(), c), within(1e-5));
        }
    }

    @Test
    void keepsRowsAndColumnsApart() {
        float[] oneHot = new float[PLACES * CHANNELS];
        oneHot[(1 * WIDTH + 3) * CHANNELS + 2] = 1;

        ClassActivationMap map = ClassActivationMap.of(oneHot, WIDTH, HEIGHT, head, 4);

        assertThat(map.at(3, 1)).isEqualTo(head.weights()[4][2]);
        assertThat(map.max() - map.min()).isEqualTo(Math.abs(head.weights()[4][2]));
    }

    @Test
    void refusesFeaturesOfAnotherSize() {
        assertThatThrownBy(() -> ClassActivationMap.of(features, WIDTH, HEIGHT + 1, head, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("60 features");
    }

    /** Central difference of a logit by one feature. */
    private double derivative(int classIndex, int feature) {
        double step = 1e-3;
        double[] more = toDoubles();
        double[] less = toDoubles();
        more[feature] += step;
        less[feature] -= step;
        return (logit(more, classIndex) - logit(less, classIndex)) / (2 * step);
    }

    /** Global average, then the dense layer. */
    private double logit(double[] map, int classIndex) {
        double[] average = new double[CHANNELS];
        for (int i = 0; i < map.length; i++) {
            average[i % CHANNELS] += map[i] / PLACES;
        }
        double logit = head.bias()[classIndex];
        for (int k = 0; k < CHANNELS; k++) {
            logit += head.weights()[classIndex][k] * average[k];
        }
        return logit;
    }

    private double[] toDoubles() {
        double[] doubles = new double[features.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = features[i];
        }
        return doubles;
    }

    private ClassifierHead head() {
        float[][] weights = new float[CLASSES][];
        for (int c = 0; c < CLASSES; c++) {
            weights[c] = gaussians(CHANNELS, 1);
        }
        return new ClassifierHead(weights, gaussians(CLASSES, 1));
    }

    private float[] gaussians(int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }
}
