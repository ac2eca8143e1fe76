package dev.xception.modelimport.quantisation;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** The energy of wanted values against that of their error. */
final class SignalToNoise {

    private double signal;
    private double noise;

    /** Both hold as many values. */
    void add(FloatBuffer wanted, FloatBuffer actual) {
        add(wanted, actual, null);
    }

    /**
     * Both hold as many values.
     *
     * @param units of each channel, which come one after another; null where they are all the same
     */
    void add(FloatBuffer wanted, FloatBuffer actual, float @Nullable [] units) {
        for (int i = 0; i < wanted.remaining(); i++) {
            double unit = units == null ? 1 : units[i / (wanted.remaining() / units.length)];
            double value = unit * wanted.get(i);
            double error = unit * actual.get(i) - value;
            signal += value * value;
            noise += error * error;
        }
    }

    /** In decibels; infinite where there is no error. */
    double decibels() {
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }
}
