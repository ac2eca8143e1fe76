package dev.xception.modelimport.quantisation;

/**
 * How to quantise a model.
 *
 * @param method how the bytes' ranges follow from what calibration saw
 * @param floatLayers which layers stay float
 * @param minAgreement the least share of pictures that both models must put into the same class
 * @param weightBits 8; 7 is faster on x86 without VNNI, whose fastest instruction would saturate with 8
 * @param measureLayers whether the report tells each layer's signal to noise ratio
 */
public record QuantisationOptions(
        CalibrationMethod method, FloatLayers floatLayers, double minAgreement, int weightBits, boolean measureLayers) {

    public static final QuantisationOptions DEFAULT =
            new QuantisationOptions(CalibrationMethod.OUTPUT, new FloatLayers.AsNeeded(), 0.9, 8, false);

    public QuantisationOptions {
        if (!(minAgreement >= 0 && minAgreement <= 1)) {
            throw new IllegalArgumentException("the least agreement must be within 0..1, not " + minAgreement);
        }
        if (weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weights have 7 or 8 bits, not " + weightBits);
        }
    }

    public QuantisationOptions withMethod(CalibrationMethod other) {
        return new QuantisationOptions(other, floatLayers, minAgreement, weightBits, measureLayers);
    }

    public QuantisationOptions withFloatLayers(FloatLayers other) {
        return new QuantisationOptions(method, other, minAgreement, weightBits, measureLayers);
    }

    public QuantisationOptions withMinAgreement(double share) {
        return new QuantisationOptions(method, floatLayers, share, weightBits, measureLayers);
    }

    public QuantisationOptions withWeightBits(int bits) {
        return new QuantisationOptions(method, floatLayers, minAgreement, bits, measureLayers);
    }

    public QuantisationOptions withMeasureLayers(boolean wanted) {
        return new QuantisationOptions(method, floatLayers, minAgreement, weightBits, wanted);
    }
}
