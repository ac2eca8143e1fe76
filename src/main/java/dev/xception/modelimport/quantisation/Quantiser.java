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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a statically quantised int8 model out of a float one, as {@link BytePlan} says. Where the result agrees too little with
 * the float model, layers stay float one after another, first the one that costs the model most, until it agrees enough.
 */
public final class Quantiser {

    private static final String PRECISION = "xception.precision";

    /** Beyond that share of float layers the model would hardly be faster. */
    private static final double MOST_FLOAT = 0.25;

    private static final int RANKING_PICTURES = 8;

    private final ModelProto source;
    private final ModelProto widened;
    private final FloatGraph graph;
    private final Iterable<ByteBuffer> pictures;
    private final Iterable<ByteBuffer> comparison;
    private final QuantisationOptions options;
    private final QuantisationProgress progress;

    private Quantiser(
            ModelProto source,
            ModelProto widened,
            Iterable<ByteBuffer> pictures,
            Iterable<ByteBuffer> comparison,
            QuantisationOptions options,
            QuantisationProgress progress) {
        this.source = source;
        this.widened = widened;
        this.graph = new FloatGraph(widened);
        this.pictures = pictures;
        this.comparison = comparison;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Quantises {@code floatModel} and writes {@code int8Model} atomically: where this fails, what was there stays.
     *
     * @param calibration pictures that the ranges come from, each a direct buffer of the model's uint8 pixels; gone through
     *     several times
     * @param comparison pictures that both models are asked about, best others than those; gone through several times
     * @throws InsufficientAgreementException where the two models agree on too few of them
     * @throws IllegalArgumentException where a layer is named that the model has not
     * @throws InvalidModelException where the file is no float model that this program has imported, or is another one in
     *     the end
     */
    public static QuantisationReport quantise(
            Path floatModel,
            Iterable<ByteBuffer> calibration,
            Iterable<ByteBuffer> comparison,
            QuantisationOptions options,
            QuantisationProgress progress,
            Path int8Model)
            throws IOException {
        return quantise(floatModel, ChannelPadding::pad, calibration, comparison, options, progress, int8Model);
    }

    /** @param widening rewrites the model before it is quantised; what that changes counts as disagreement */
    static QuantisationReport quantise(
            Path floatModel,
            UnaryOperator<ModelProto> widening,
            Iterable<ByteBuffer> calibration,
            Iterable<ByteBuffer> comparison,
            QuantisationOptions options,
            QuantisationProgress progress,
            Path int8Model)
            throws IOException {
        ModelProto source = read(floatModel);
        ModelProto widened = widening.apply(source);
        return new Quantiser(source, widened, calibration, comparison, options, progress).write(floatModel, int8Model);
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
    private record Candidate(BytePlan plan, ModelProto model, Agreement agreement) {}

    private QuantisationReport write(Path floatModel, Path target) throws IOException {
        Candidate best = best();
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
            layers = best.plan().noise(comparison);
        }
        Map<String, Integer> operators = operators(GraphSession.optimised(best.model()));
        if (!read(floatModel).equals(source)) {
            throw new InvalidModelException(floatModel + " was replaced meanwhile; nothing was written");
        }
        OnnxFile.write(withMetadata(best), target);
        return new QuantisationReport(
                best.plan().calibrationPictures(),
                best.agreement(),
                List.copyOf(best.plan().floatLayers()),
                layers,
                operators);
    }

    private Candidate best() {
        return switch (options.floatLayers()) {
            case FloatLayers.Named(List<String> layers) -> candidate(existing(layers));
            case FloatLayers.Worst(int count) when count == 0 -> candidate(List.of());
            case FloatLayers.Worst(int count) -> {
                List<String> ranking = ranking(plan(List.of()));
                yield candidate(ranking.subList(0, Math.min(count, ranking.size())));
            }
            case FloatLayers.AsNeeded() -> enoughFloatLayers();
        };
    }

    private List<String> existing(List<String> layers) {
        List<String> all = graph.layers();
        for (String layer : layers) {
            if (!all.contains(layer)) {
                throw new IllegalArgumentException(
                        "there is no layer " + layer + "; there are " + String.join(" ", all));
            }
        }
        return layers;
    }

    /** One, two, four, ... float layers, until the model agrees enough. */
    private Candidate enoughFloatLayers() {
        Candidate candidate = candidate(List.of());
        int most = (int) (MOST_FLOAT * graph.layersBesideDepthwise().size());
        @Nullable List<String> ranking = null;
        for (int count = 1; candidate.agreement().top1() < options.minAgreement() && count <= most; count *= 2) {
            ranking = ranking == null ? ranking(candidate.plan()) : ranking;
            Candidate next = candidate(ranking.subList(0, count));
            candidate = next.agreement().top1() >= candidate.agreement().top1() ? next : candidate;
        }
        return candidate;
    }

    /** The layers, the one that costs the model most on bytes first. */
    private List<String> ranking(BytePlan allBytes) {
        int step = Math.max(1, allBytes.calibrationPictures() / RANKING_PICTURES);
        List<ByteBuffer> some = new ArrayList<>();
        int index = 0;
        for (ByteBuffer picture : pictures) {
            if (index++ % step == 0 && some.size() < RANKING_PICTURES) {
                some.add(copy(picture));
            }
        }
        return allBytes.ranking(some, progress);
    }

    /** The caller may use one buffer for all pictures. */
    private static ByteBuffer copy(ByteBuffer picture) {
        return ByteBuffer.allocateDirect(picture.remaining())
                .put(picture.duplicate())
                .flip();
    }

    private Candidate candidate(List<String> floatLayers) {
        BytePlan plan = plan(floatLayers);
        progress.started(Step.COMPARE);
        ModelProto model = plan.write();
        return new Candidate(plan, model, Agreement.of(source, model, comparison));
    }

    private BytePlan plan(List<String> floatLayers) {
        return new BytePlan(widened, graph.withDepthwise(floatLayers), pictures, options, progress);
    }

    private ModelProto withMetadata(Candidate candidate) {
        Map<String, String> metadata = new LinkedHashMap<>();
        source.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        metadata.put(PRECISION, "int8");
        metadata.put("xception.int8.method", options.method().name().toLowerCase(Locale.ROOT));
        metadata.put(
                "xception.int8.calibration-pictures",
                String.valueOf(candidate.plan().calibrationPictures()));
        metadata.put("xception.int8.weight-bits", String.valueOf(options.weightBits()));
        metadata.put(
                "xception.int8.float-layers", String.join(" ", candidate.plan().floatLayers()));
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
