package dev.xception.modelimport.quantisation;

import java.nio.FloatBuffer;

/** The energy of wanted values against that of their error. */
final class SignalToNoise {

    private double signal;
    private double noise;

    /** Both hold as many values. */
    void add(FloatBuffer wanted, FloatBuffer actual) {
        for (int i = 0; i < wanted.remaining(); i++) {
            double value = wanted.get(i);
            double error = actual.get(i) - value;
            signal += value * value;
            noise += error * error;
        }
    }

    /** In decibels; infinite where there is no error. */
    double decibels() {
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }
}
