package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.xception.modelimport.quantisation.ByteTensors.Bytes;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rewrites a float graph so that its layers compute on bytes: ONNX operators between DequantizeLinear and QuantizeLinear,
 * which ONNX Runtime fuses into its integer kernels.
 *
 * <p>What only moves bytes (pooling, a bound at zero) works on the bytes themselves. Sums stay float, and so do the products
 * that only sums read: a residual network adds block after block to the same tensor, whose range grows, so that rounding it
 * each time to 256 levels would lose what most of its channels say.
 */
final class QdqWriter {

    private final FloatGraph graph;
    private final Set<String> floatLayers;
    private final QdqGraph qdq;
    private final ByteTensors bytes;
    private final LayerWriter layers;

    /**
     * @param formats with scales of all tensors that {@link FloatGraph#measuredTensors()} names
     * @param floatLayers results of the layers that stay float
     */
    QdqWriter(FloatGraph graph, ByteFormats formats, Set<String> floatLayers) {
        this.graph = graph;
        this.floatLayers = floatLayers;
        this.qdq = new QdqGraph(graph);
        this.bytes = new ByteTensors(qdq, formats);
        this.layers = new LayerWriter(graph, formats, qdq, bytes);
    }

    static QdqWriter allBytes(FloatGraph graph, ByteFormats formats) {
        return new QdqWriter(graph, formats, Set.of());
    }

    /** The served graph. */
    ModelProto write() {
        return write(graph.model().getGraph().getOutputList());
    }

    /** The graph as far as it leads to these tensors of the float graph. */
    ModelProto write(List<ValueInfoProto> outputs) {
        for (Operation operation : graph.operations()) {
            switch (operation.kind()) {
                case INPUT -> bytes.put(operation.result(), new Bytes(operation.input(), ByteScale.IDENTITY));
                case RESCALE -> rescale(operation);
                case MOVE -> move(operation);
                case LAYER -> {
                    if (floatLayers.contains(operation.result())) {
                        layers.floatLayer(operation);
                    } else {
                        layers.byteLayer(operation);
                    }
                }
                case SUM, CARRY, FLOAT -> qdq.node(operation);
            }
        }
        return model(outputs);
    }

    /**
     * The float graph with each layer once more on bytes, beside it and not behind the others and without the activation that belongs
     * to it, so that its own error can be measured: the node's output {@code NAME} becomes {@code NAME/alone}.
     */
    ModelProto writeProductsAlone() {
        List<String> outputs = new ArrayList<>();
        for (Operation operation : graph.operations()) {
            qdq.node(operation);
            if (operation.kind() == Kind.LAYER) {
                String wanted = operation.node().getOutput(0);
                outputs.add(wanted);
                outputs.add(alone(wanted));
                layers.product(operation, alone(wanted));
            }
        }
        return model(GraphSession.floatOutputs(outputs));
    }

    static String alone(String layer) {
        return layer + "/alone";
    }

    /** Class activation maps are made with the classifier's float weights, which the metadata name. */
    private ModelProto model(List<ValueInfoProto> outputs) {
        List<String> classifier = graph.model().getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().startsWith("xception.classifier."))
                .map(StringStringEntryProto::getValue)
                .toList();
        return graph.model().toBuilder()
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain(QdqGraph.RUNTIME_DOMAIN)
                        .setVersion(1))
                .setGraph(qdq.build(graph.model().getGraph(), outputs, classifier))
                .build();
    }

    /**
     * The same bytes with another scale. What the zero point cannot express exactly (127.5 for -1..1) is left to the bias of
     * the layers that read the tensor.
     */
    private void rescale(Operation operation) {
        boolean onlyLayers = graph.readers(operation.result()).stream().allMatch(reader -> reader.kind() == Kind.LAYER);
        double factor = graph.floats(operation.node().getInput(1))[0];
        if (!bytes.contains(operation.input()) || !onlyLayers || !(factor > 0)) {
            qdq.node(operation);
            return;
        }
        Bytes source = bytes.of(operation.input());
        NodeProto offsetNode = operation.following();
        double offset = offsetNode == null ? 0 : graph.floats(offsetNode.getInput(1))[0];
        double scale = source.scale().scale() * factor;
        double exact = source.scale().zeroPoint() - offset / scale;
        int zeroPoint = (int) Math.clamp(Math.rint(exact), 0, 255);
        layers.shift(operation.result(), scale * (zeroPoint - exact));
        bytes.put(operation.result(), new Bytes(source.name(), new ByteScale((float) scale, zeroPoint)));
    }

    private void move(Operation operation) {
        if (!bytes.contains(operation.input())) {
            qdq.node(operation);
            return;
        }
        ByteScale scale = bytes.of(operation.input()).scale();
        String name = operation.result() + "/quantized";
        NodeProto node = operation.node();
        List<String> inputs = new ArrayList<>(node.getInputList().subList(1, node.getInputCount()));
        int zero = scale.zeroPoint();
        switch (node.getOpType()) {
            case "Relu" -> {
                inputs.add(qdq.unsignedByte(name + "/min", zero));
                node = node.toBuilder().setOpType("Clip").build();
            }
            case "Clip" -> {
                double steps = graph.floats(node.getInput(2))[0] / scale.scale();
                inputs.set(0, qdq.unsignedByte(name + "/min", zero));
                inputs.set(1, qdq.unsignedByte(name + "/max", (int) Math.min(255, zero + Math.rint(steps))));
            }
            case "Pad" -> inputs.add(qdq.unsignedByte(name + "/zero", zero));
            default -> {}
        }
        bytes.move(node, operation.input(), operation.result(), inputs);
    }
}
