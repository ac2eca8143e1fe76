package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.xception.modelimport.quantisation.QuantisationProgress.Step;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * A float graph made ready for bytes, and what its bytes mean: each channel between a depthwise and a pointwise convolution has
 * steps of its own, the channels of other tensors have alike ranges, each of those tensors has the range of its bytes, and each
 * layer what its bias has to make up for.
 */
final class BytePlan {

    private final ModelProto original;
    private final Set<String> floatLayers;
    private final StepCounting steps;
    private final PoolCentring centring;
    private final Equalisation equalisation;
    private final FloatGraph graph;
    private final Calibration calibration;
    private final ByteFormats formats;

    /**
     * Measures with the pictures.
     *
     * @param floatLayers results of the layers that stay float
     */
    BytePlan(
            ModelProto original,
            Set<String> floatLayers,
            Iterable<ByteBuffer> pictures,
            QuantisationOptions options,
            QuantisationProgress progress) {
        progress.started(Step.EQUALISE);
        this.original = original;
        this.floatLayers = floatLayers;
        this.steps = StepCounting.of(new FloatGraph(original), floatLayers, pictures);
        this.centring = PoolCentring.of(new FloatGraph(steps.model()), pictures);
        ModelProto separated = CarriedSums.separate(new FloatGraph(centring.model()), pictures);
        this.equalisation = Equalisation.of(new FloatGraph(separated), pictures);
        this.graph = new FloatGraph(equalisation.model());
        progress.started(Step.CALIBRATE);
        this.calibration = Calibration.run(graph, pictures);
        progress.started(Step.CHOOSE_RANGES);
        ByteFormats uncorrected = new ByteFormats(
                calibration.scales(options.method(), graph, pictures),
                WideBranches.find(graph, calibration, pictures),
                options.weightBits());
        progress.started(Step.CORRECT_BIASES);
        this.formats = uncorrected.withBiasErrors(BiasErrors.measure(graph, uncorrected, pictures));
    }

    Set<String> floatLayers() {
        return floatLayers;
    }

    int calibrationPictures() {
        return calibration.pictures();
    }

    /** The quantised graph. */
    ModelProto write() {
        return writer().write();
    }

    private QdqWriter writer() {
        return new QdqWriter(graph, formats, floatLayers);
    }

    /** The layers, the one that costs the model most on bytes first, as {@link LayerRanking} says. */
    List<String> ranking(List<ByteBuffer> pictures, QuantisationProgress progress) {
        return LayerRanking.of(graph, formats, pictures, progress);
    }

    /** What reaches each layer and sum, the errors of those before it included. */
    List<LayerNoise> noise(Iterable<ByteBuffer> pictures) {
        return LayerNoise.accumulated(
                original,
                graph.layersAndSums(),
                (tensor, values) ->
                        steps.original(tensor, centring.original(tensor, equalisation.original(tensor, values))),
                writer(),
                pictures);
    }
}
