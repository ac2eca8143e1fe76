package dev.xception.modelimport.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChannelStepsTest {

    private static final double[] EVEN = {1, 1, 1, 1};

    /** The third channel is a spare one. */
    private final ChannelRanges ranges = new ChannelRanges(new float[] {-1, -30, 0, 2}, new float[] {1, 10, 0, 6});

    private final boolean[] spare = {false, false, true, false};

    /** What the bytes of all channels that hold a value make of it. */
    private static double rounded(ChannelSteps steps, int channel, double value) {
        double sum = steps.offsets()[channel];
        for (int holder = 0; holder < steps.sources().length; holder++) {
            if (steps.sources()[holder] == channel) {
                double count = Math.rint((value - steps.zero(holder)) / steps.sizes()[holder]);
                sum += steps.sizes()[holder] * Math.clamp(count, -128, 127);
            }
        }
        return sum;
    }

    @Test
    void aSpareChannelExtendsTheOneWhoseStepsCauseMostNoise() {
        assertThat(ChannelSteps.of(ranges, EVEN, spare, 1).sources()).containsExactly(0, 1, 1, 3);
        double[] weights = {1000, 1, 1, 1};
        assertThat(ChannelSteps.of(ranges, weights, spare, 1).sources()).containsExactly(0, 1, 0, 3);
    }

    @Test
    void partsOfARangeFollowEachOther() {
        ChannelSteps steps = ChannelSteps.of(ranges, EVEN, spare, 1);
        assertThat(steps.lowest()[1]).isCloseTo(-30, within(1e-6));
        assertThat(steps.lowest()[2]).isCloseTo(-10, within(1e-6));
        assertThat(steps.sizes()[2]).isEqualTo(steps.sizes()[1]);
    }

    @Test
    void everyValueOfARangeIsKeptToHalfAStep() {
        ChannelSteps steps = ChannelSteps.of(ranges, EVEN, spare, 1);
        for (int channel : new int[] {0, 1, 3}) {
            double halfStep = steps.sizes()[channel] / 2 + 1e-9;
            for (double share = 0; share <= 1; share += 0.01) {
                double value = ranges.low()[channel] + share * ranges.width(channel);
                assertThat(rounded(steps, channel, value))
                        .as("channel %d, value %s", channel, value)
                        .isCloseTo(value, within(halfStep));
            }
        }
        assertThat(steps.sizes()[1]).isCloseTo(40.0 / 2 / 255, within(1e-9));
    }

    @Test
    void narrowRangesHaveFinerSteps() {
        ChannelSteps steps = ChannelSteps.of(ranges, EVEN, new boolean[4], 1);
        assertThat(steps.sizes()[1]).isCloseTo(40.0 / 255, within(1e-9));
        assertThat(steps.sizes()[3]).isCloseTo(Math.sqrt(0.1) * 40 / 255, within(1e-9));
    }

    @Test
    void aShareClipsBothEnds() {
        ChannelSteps steps = ChannelSteps.of(ranges, EVEN, new boolean[4], 0.5);
        assertThat(rounded(steps, 1, 10)).isCloseTo(0, within(0.1));
        assertThat(rounded(steps, 1, -30)).isCloseTo(-20, within(0.1));
    }
}
