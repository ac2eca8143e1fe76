package dev.xception.modelimport.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.xception.modelimport.HeadActivation;
import dev.xception.modelimport.Precision;
import dev.xception.modelimport.keras.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of an exported network.
 *
 * @param classes how many probabilities it gives
 * @param hasFeatures whether it has the outputs {@code features} and {@code embedding}
 * @param added what was put behind the file's own output, in words; null where nothing was
 */
public record OnnxExport(
        int classes, boolean hasFeatures, @Nullable String added) {

    /** Operators up to this version are understood by ONNX Runtime 1.12 and later. */
    private static final int OPSET = 17;

    private static final int IR_VERSION = 8;

    /** Names the initializers of the last dense layer, for class activation maps. */
    private static final String CLASSIFIER_KERNEL = "xception.classifier.kernel";

    private static final String CLASSIFIER_BIAS = "xception.classifier.bias";

    /** Simplifies {@code graph}, gives it a classifier's head and writes it with {@code metadata} to {@code target}. */
    public static OnnxExport write(
            Graph graph, HeadActivation activation, Precision precision, Map<String, String> metadata, Path target)
            throws IOException {
        ClassifierGraph classifier = ClassifierGraph.of(GraphSimplifier.simplify(graph), activation);
        GraphExporter.Exported exported =
                GraphExporter.export(metadata.getOrDefault("xception.name", "model"), classifier, precision);
        Map<String, String> properties = new LinkedHashMap<>(metadata);
        if (exported.classifierKernel() != null && exported.classifierBias() != null) {
            properties.put(CLASSIFIER_KERNEL, exported.classifierKernel());
            properties.put(CLASSIFIER_BIAS, exported.classifierBias());
        }
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("xception-server")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(exported.graph());
        properties.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        OnnxFile.write(model.build(), target);
        return new OnnxExport(
                classifier.graph().output().shape().elements(), classifier.features() != null, classifier.added());
    }
}
