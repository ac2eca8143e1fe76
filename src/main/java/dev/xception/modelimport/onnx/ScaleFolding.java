package dev.xception.modelimport.onnx;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Layer.Convolution;
import dev.xception.modelimport.keras.Layer.Dense;
import dev.xception.modelimport.keras.Scale;

/** Moves a scale into the weights beside it. Sums are made in double and rounded to float once. */
final class ScaleFolding {

    private ScaleFolding() {}

    /** The convolution, then the scale. */
    static Convolution after(Convolution convolution, Scale scale) {
        float[] kernel = convolution.kernel().values();
        int filters = convolution.filters();
        int perFilter = kernel.length / filters;
        float[] folded = new float[kernel.length];
        for (int filter = 0; filter < filters; filter++) {
            double factor = scale.factor(filter);
            for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
                folded[i] = (float) (kernel[i] * factor);
            }
        }
        return new Convolution(
                convolution.kernel().withValues(folded),
                scaled(convolution.bias(), scale),
                convolution.window(),
                convolution.groups());
    }

    /** The scale, then a convolution that sees no padding (or a scale that keeps zero). */
    static Convolution before(Scale scale, Convolution convolution) {
        Tensor kernel = convolution.kernel();
        int filters = convolution.filters();
        int channelsPerGroup = kernel.dimension(1);
        int positions = kernel.dimension(2) * kernel.dimension(3);
        int filtersPerGroup = filters / convolution.groups();
        float[] folded = new float[kernel.size()];
        float[] bias = new float[filters];
        int i = 0;
        for (int filter = 0; filter < filters; filter++) {
            double sum = convolution.bias().values()[filter];
            for (int c = 0; c < channelsPerGroup; c++) {
                int channel = filter / filtersPerGroup * channelsPerGroup + c;
                for (int position = 0; position < positions; position++, i++) {
                    double weight = kernel.values()[i];
                    folded[i] = (float) (weight * scale.factor(channel));
                    sum += weight * scale.offset(channel);
                }
            }
            bias[filter] = (float) sum;
        }
        return new Convolution(
                kernel.withValues(folded), new Tensor(bias, filters), convolution.window(), convolution.groups());
    }

    /** The dense layer, then the scale. */
    static Dense after(Dense dense, Scale scale) {
        float[] kernel = dense.kernel().values();
        float[] folded = new float[kernel.length];
        for (int i = 0; i < kernel.length; i++) {
            folded[i] = (float) (kernel[i] * scale.factor(i % dense.units()));
        }
        return new Dense(dense.kernel().withValues(folded), scaled(dense.bias(), scale));
    }

    /** The scale, then the dense layer. */
    static Dense before(Scale scale, Dense dense) {
        int units = dense.units();
        float[] kernel = dense.kernel().values();
        float[] folded = new float[kernel.length];
        double[] sums = new double[units];
        for (int i = 0; i < kernel.length; i++) {
            folded[i] = (float) (kernel[i] * scale.factor(i / units));
            sums[i % units] += kernel[i] * scale.offset(i / units);
        }
        float[] bias = new float[units];
        for (int unit = 0; unit < units; unit++) {
            bias[unit] = (float) (dense.bias().values()[unit] + sums[unit]);
        }
        return new Dense(dense.kernel().withValues(folded), new Tensor(bias, units));
    }

    private static Tensor scaled(Tensor bias, Scale scale) {
        float[] scaled = new float[bias.size()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (bias.values()[i] * scale.factor(i) + scale.offset(i));
        }
        return new Tensor(scaled, scaled.length);
    }
}
