package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.onnx.OnnxFile;
import dev.xception.modelimport.quantisation.QuantisationProgress.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a statically quantised int8 model out of a float one.
 *
 * <p>Calibration pictures give each channel between a depthwise and a pointwise convolution steps of its own, the channels of
 * other tensors alike ranges, each of those tensors the range of its bytes and each layer what its bias has to make up for. Where the result agrees too little with the float model, layers stay float one after another, first
 * the one that loses most by itself, until it agrees enough.
 */
public final class Quantiser {

    private static final String PRECISION = "xception.precision";

    /** Beyond that share of float layers the model would hardly be faster. */
    private static final double MOST_FLOAT = 0.25;

    private static final int RANKING_PICTURES = 8;

    private final ModelProto original;
    private final StepCounting steps;
    private final Equalisation equalisation;
    private final FloatGraph graph;
    private final Iterable<ByteBuffer> comparison;
    private final QuantisationOptions options;
    private final QuantisationProgress progress;
    private final Calibration calibration;
    private final ByteFormats formats;

    private Quantiser(
            ModelProto model,
            Iterable<ByteBuffer> pictures,
            Iterable<ByteBuffer> comparison,
            QuantisationOptions options,
            QuantisationProgress progress) {
        progress.started(Step.EQUALISE);
        this.original = ChannelPadding.pad(model);
        this.steps = StepCounting.of(new FloatGraph(original), pictures);
        this.equalisation = Equalisation.of(new FloatGraph(steps.model()), pictures);
        this.graph = new FloatGraph(equalisation.model());
        this.comparison = comparison;
        this.options = options;
        this.progress = progress;
        this.calibration = Calibration.run(graph, pictures, () -> progress.started(Step.CALIBRATE));
        progress.started(Step.CHOOSE_RANGES);
        ByteFormats uncorrected =
                new ByteFormats(calibration.scales(options.method(), graph, pictures), options.weightBits());
        progress.started(Step.CORRECT_BIASES);
        this.formats = uncorrected.withBiasErrors(BiasErrors.measure(graph, uncorrected, pictures));
    }

    /**
     * Quantises {@code floatModel} and writes {@code int8Model} atomically: where this fails, what was there stays.
     *
     * @param calibration pictures that the ranges come from, each a direct buffer of the model's uint8 pixels; gone through
     *     several times
     * @param comparison pictures that both models are asked about, best others than those; gone through several times
     * @throws InsufficientAgreementException where the two models agree on too few of them
     * @throws InvalidModelException where the file is no float model that this program has imported
     */
    public static QuantisationReport quantise(
            Path floatModel,
            Iterable<ByteBuffer> calibration,
            Iterable<ByteBuffer> comparison,
            QuantisationOptions options,
            QuantisationProgress progress,
            Path int8Model)
            throws IOException {
        ModelProto model = read(floatModel);
        return new Quantiser(model, calibration, comparison, options, progress).write(int8Model);
    }

    private static ModelProto read(Path floatModel) throws IOException {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(Files.readAllBytes(floatModel));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidModelException(floatModel.getFileName() + " is not a readable ONNX file", e);
        }
        String precision = model.getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().equals(PRECISION))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse("fp32");
        if (!precision.equals("fp32")) {
            throw new InvalidModelException(
                    floatModel.getFileName() + " has the precision " + precision + ", but only fp32 can be quantised");
        }
        return model;
    }

    /** A quantised model and how well it agrees. */
    private record Candidate(ModelProto model, List<String> floatLayers, Agreement agreement) {}

    private QuantisationReport write(Path target) throws IOException {
        Candidate best = options.floatLayers() == null ? enoughFloatLayers() : candidate(worst(options.floatLayers()));
        if (best.agreement().top1() < options.minAgreement()) {
            throw new InsufficientAgreementException(String.format(
                    Locale.ROOT,
                    "the int8 model puts only %d of %d pictures (%.1f %%) into the float model's class, at least %.1f %% are"
                            + " wanted; nothing was written",
                    best.agreement().sameTop1(),
                    best.agreement().pictures(),
                    100 * best.agreement().top1(),
                    100 * options.minAgreement()));
        }
        List<LayerNoise> layers = List.of();
        if (options.measureLayers()) {
            progress.started(Step.MEASURE_LAYERS);
            layers = LayerNoise.accumulated(
                    original,
                    graph.layersAndSums(),
                    (tensor, values) -> steps.original(tensor, equalisation.original(tensor, values)),
                    writer(best.floatLayers()),
                    comparison);
        }
        Map<String, Integer> operators = operators(GraphSession.optimised(best.model()));
        OnnxFile.write(withMetadata(best), target);
        return new QuantisationReport(calibration.pictures(), best.agreement(), best.floatLayers(), layers, operators);
    }

    /** One, two, four, ... float layers, until the model agrees enough. */
    private Candidate enoughFloatLayers() {
        Candidate candidate = candidate(List.of());
        int most = (int) (MOST_FLOAT * graph.layers().size());
        @Nullable List<String> ranking = null;
        for (int count = 1; candidate.agreement().top1() < options.minAgreement() && count <= most; count *= 2) {
            ranking = ranking == null ? ranking() : ranking;
            Candidate next = candidate(ranking.subList(0, count));
            candidate = next.agreement().top1() >= candidate.agreement().top1() ? next : candidate;
        }
        return candidate;
    }

    private List<String> worst(int count) {
        return count == 0
                ? List.of()
                : ranking().subList(0, Math.min(count, graph.layers().size()));
    }

    /** All layers, the one that loses most by itself first. */
    private List<String> ranking() {
        progress.started(Step.RANK_LAYERS);
        List<ByteBuffer> some = new ArrayList<>();
        for (ByteBuffer picture : comparison) {
            if (some.size() == RANKING_PICTURES) {
                break;
            }
            some.add(copy(picture));
        }
        return LayerNoise.alone(graph, writer(List.of()), some).stream()
                .sorted(Comparator.comparingDouble(LayerNoise::decibels))
                .map(LayerNoise::layer)
                .toList();
    }

    /** The caller may use one buffer for all pictures. */
    private static ByteBuffer copy(ByteBuffer picture) {
        return ByteBuffer.allocateDirect(picture.remaining())
                .put(picture.duplicate())
                .flip();
    }

    private Candidate candidate(List<String> floatLayers) {
        progress.started(Step.COMPARE);
        ModelProto model = writer(floatLayers).write();
        return new Candidate(model, floatLayers, Agreement.of(original, model, comparison));
    }

    private QdqWriter writer(List<String> floatLayers) {
        return new QdqWriter(graph, formats, new HashSet<>(floatLayers));
    }

    private ModelProto withMetadata(Candidate candidate) {
        Map<String, String> metadata = new LinkedHashMap<>();
        graph.model().getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        metadata.put(PRECISION, "int8");
        metadata.put("xception.int8.method", options.method().name().toLowerCase(Locale.ROOT));
        metadata.put("xception.int8.calibration-pictures", String.valueOf(calibration.pictures()));
        metadata.put("xception.int8.weight-bits", String.valueOf(options.weightBits()));
        metadata.put("xception.int8.float-layers", String.join(" ", candidate.floatLayers()));
        metadata.put(
                "xception.int8.agreement",
                candidate.agreement().sameTop1() + "/" + candidate.agreement().pictures());
        ModelProto.Builder model = candidate.model().toBuilder().clearMetadataProps();
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private static Map<String, Integer> operators(ModelProto model) {
        Map<String, Integer> operators = new TreeMap<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            operators.merge(node.getOpType(), 1, Integer::sum);
        }
        return operators;
    }
}
