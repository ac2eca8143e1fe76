package dev.xception.modelimport.keras;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code x * factor + offset} per channel of the last axis, or with one number for all: batch normalisation at inference,
 * rescaling, and arithmetic with constants. Held in double so that folding it into a convolution rounds once.
 */
public record Scale(List<Double> factors, List<Double> offsets) implements Layer {

    public Scale {
        factors = List.copyOf(factors);
        offsets = List.copyOf(offsets);
        if (factors.isEmpty() || offsets.isEmpty()) {
            throw new IllegalArgumentException("a scale needs a factor and an offset");
        }
        requireFinite("factor", factors);
        requireFinite("offset", offsets);
    }

    private static void requireFinite(String what, List<Double> numbers) {
        for (double number : numbers) {
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException("its " + what + " is " + number);
            }
        }
    }

    public static Scale of(double factor, double offset) {
        return new Scale(List.of(factor), List.of(offset));
    }

    public double factor(int channel) {
        return factors.get(factors.size() == 1 ? 0 : channel);
    }

    public double offset(int channel) {
        return offsets.get(offsets.size() == 1 ? 0 : channel);
    }

    /** Whether zero stays zero, so that zero padding may come before or after. */
    public boolean keepsZero() {
        return offsets.stream().allMatch(offset -> offset == 0);
    }

    public boolean isIdentity() {
        return keepsZero() && factors.stream().allMatch(factor -> factor == 1);
    }

    /** This, then {@code next}, as one. */
    public Scale then(Scale next) {
        int channels =
                Math.max(Math.max(factors.size(), offsets.size()), Math.max(next.factors.size(), next.offsets.size()));
        List<Double> bothFactors = new ArrayList<>();
        List<Double> bothOffsets = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            bothFactors.add(factor(c) * next.factor(c));
            bothOffsets.add(offset(c) * next.factor(c) + next.offset(c));
        }
        return new Scale(bothFactors, bothOffsets);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }
}
