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

    /** The error's energy as a share of the signal's; zero where there is no error. */
    double noiseShare() {
        return noise == 0 ? 0 : noise / signal;
    }

    /** In decibels; infinite where there is no error. */
    double decibels() {
        return decibels(noiseShare());
    }

    static double decibels(double noiseShare) {
        return -10 * Math.log10(noiseShare);
    }
}
