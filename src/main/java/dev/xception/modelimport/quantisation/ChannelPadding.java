package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds channels that are always zero, until those of depthwise convolutions are a multiple of 16: of other numbers ONNX
 * Runtime runs them in a kernel that takes twice as long. The layers before and behind hardly take longer for it.
 */
final class ChannelPadding {

    private static final int MULTIPLE = 16;

    private final FloatGraph graph;
    private final ChannelGroups groups;
    private final Set<String> padded = new HashSet<>();

    private ChannelPadding(FloatGraph graph) {
        this.graph = graph;
        this.groups = new ChannelGroups(graph);
    }

    /** The same function, computed with wider tensors where they can be widened. */
    static ModelProto pad(ModelProto model) {
        return new ChannelPadding(new FloatGraph(model)).pad();
    }

    private ModelProto pad() {
        chooseGroups();
        ModelProto.Builder model = graph.model().toBuilder();
        Map<String, TensorProto> constants = new HashMap<>();
        Set<String> widened = new HashSet<>();
        for (Operation layer : graph.operations(Kind.LAYER)) {
            boolean before = isPadded(layer.input());
            boolean after = isPadded(layer.result());
            if (before || after) {
                boolean depthwise = graph.isDepthwise(layer.node());
                List<String> inputs = layer.node().getInputList();
                constants.put(inputs.get(1), widened(inputs.get(1), after, before && !depthwise));
                if (after && inputs.size() > 2) {
                    constants.put(inputs.get(2), widened(inputs.get(2), true, false));
                }
                if (depthwise) {
                    widened.add(layer.node().getOutput(0));
                }
            }
        }
        model.getGraphBuilder()
                .clearValueInfo()
                .clearInitializer()
                .addAllInitializer(graph.model().getGraph().getInitializerList().stream()
                        .map(constant -> constants.getOrDefault(constant.getName(), constant))
                        .toList())
                .clearNode()
                .addAllNode(graph.model().getGraph().getNodeList().stream()
                        .map(node -> widened.contains(node.getOutput(0)) ? withMoreGroups(node) : node)
                        .toList());
        return model.build();
    }

    /** A depthwise convolution gives as many channels as it takes: both sides become wider, or none. */
    private void chooseGroups() {
        List<Operation> layers = graph.operations(Kind.LAYER);
        for (Operation layer : layers) {
            if (graph.isDepthwise(layer.node()) && groups(layer.node()) % MULTIPLE != 0) {
                padded.add(groups.of(layer.input()));
                padded.add(groups.of(layer.result()));
            }
        }
        padded.removeIf(groups::isFixed);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Operation layer : layers) {
                boolean fits = graph.isDepthwise(layer.node())
                        ? isPadded(layer.input()) == isPadded(layer.result())
                        : groups(layer.node()) == 1;
                if (!fits) {
                    changed |= padded.remove(groups.of(layer.input()));
                    changed |= padded.remove(groups.of(layer.result()));
                }
            }
        }
    }

    private boolean isPadded(String tensor) {
        return padded.contains(groups.of(tensor));
    }

    private static long groups(NodeProto node) {
        return FloatGraph.integer(node, "group", 1);
    }

    private static long rounded(long channels) {
        return (channels + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    }

    /** A constant {@code [M, C, ...]} with zeros behind the other values of the axes that become longer. */
    private TensorProto widened(String constant, boolean first, boolean second) {
        TensorProto tensor = graph.constant(constant);
        int rows = Math.toIntExact(tensor.getDims(0));
        float[] values = graph.floats(constant);
        TensorProto.Builder wider = tensor.toBuilder().clearFloatData();
        int columns = values.length / rows;
        int widerColumns = columns;
        int widerRows = first ? Math.toIntExact(rounded(rows)) : rows;
        if (second) {
            long inputs = tensor.getDims(1);
            widerColumns = Math.toIntExact(columns / inputs * rounded(inputs));
            wider.setDims(1, rounded(inputs));
        }
        float[] all = new float[widerRows * widerColumns];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * columns, all, row * widerColumns, columns);
        }
        return wider.setDims(0, widerRows)
                .setRawData(ByteString.copyFrom(QdqGraph.littleEndian(all)))
                .build();
    }

    private static NodeProto withMoreGroups(NodeProto node) {
        NodeProto.Builder wider = node.toBuilder().clearAttribute();
        for (AttributeProto attribute : node.getAttributeList()) {
            boolean isGroup = attribute.getName().equals("group");
            wider.addAttribute(
                    isGroup
                            ? attribute.toBuilder()
                                    .setI(rounded(attribute.getI()))
                                    .build()
                            : attribute);
        }
        return wider.build();
    }
}
