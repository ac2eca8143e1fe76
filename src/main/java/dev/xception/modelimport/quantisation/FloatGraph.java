package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A float graph read for quantisation: each node is told what it can become on bytes, and an activation that clips at zero is
 * made part of the layer before it, since bytes whose range begins at zero clip by themselves. So is max pooling, since only
 * what it lets through has to be told apart.
 */
final class FloatGraph {

    private final ModelProto model;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, List<NodeProto>> readers = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();
    private final ChannelCounts channels;
    private final List<Operation> operations = new ArrayList<>();

    FloatGraph(ModelProto model) {
        this.model = model;
        GraphProto graph = model.getGraph();
        graph.getInitializerList().forEach(constant -> constants.put(constant.getName(), constant));
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
        this.channels = new ChannelCounts(graph.getNodeList(), constants);
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList()
                    .forEach(input -> readers.computeIfAbsent(input, _ -> new ArrayList<>())
                            .add(node));
        }
        Set<String> absorbed = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (!absorbed.contains(node.getOutput(0))) {
                Operation operation = operation(node);
                operations.add(operation);
                absorbed.add(operation.result());
            }
        }
    }

    private Operation operation(NodeProto node) {
        Operation operation = Operation.of(kind(node), node);
        NodeProto next = onlyReader(node.getOutput(0));
        if (next == null) {
            return operation;
        }
        boolean absorbs = switch (operation.kind()) {
            case LAYER -> isClippedAtZero(next) || isClippedToBytes(next) || isMaxPool(next);
            case RESCALE -> node.getOpType().equals("Mul") && next.getOpType().equals("Add") && hasNumber(next);
            default -> false;
        };
        return absorbs ? operation.then(next) : operation;
    }

    private Kind kind(NodeProto node) {
        return switch (node.getOpType()) {
            case "Conv" -> constants.containsKey(node.getInput(1)) ? Kind.LAYER : Kind.FLOAT;
            case "Gemm" -> isDense(node) ? Kind.LAYER : Kind.FLOAT;
            case "Add" -> isSumOfChannels(node) ? Kind.SUM : Kind.FLOAT;
            case "MaxPool", "Transpose" -> Kind.MOVE;
            case "Relu", "Clip" -> isClippedAtZero(node) ? Kind.MOVE : Kind.FLOAT;
            case "Pad" -> node.getInputCount() == 2 && attribute(node, "mode") == null ? Kind.MOVE : Kind.FLOAT;
            case "Cast" -> node.getInput(0).equals(model.getGraph().getInput(0).getName()) ? Kind.INPUT : Kind.FLOAT;
            case "Mul" -> {
                if (CarriedSums.isCarried(node)) {
                    yield Kind.CARRY;
                }
                yield hasNumber(node) ? Kind.RESCALE : Kind.FLOAT;
            }
            default -> Kind.FLOAT;
        };
    }

    private boolean isSumOfChannels(NodeProto node) {
        return node.getInputList().stream().noneMatch(constants::containsKey) && !channels.differ(node);
    }

    private boolean isDense(NodeProto node) {
        return constants.containsKey(node.getInput(1))
                && number(node, "alpha", 1) == 1
                && number(node, "beta", 1) == 1
                && integer(node, "transA", 0) == 0;
    }

    private boolean isClippedAtZero(NodeProto node) {
        return switch (node.getOpType()) {
            case "Relu" -> true;
            case "Clip" ->
                node.getInputCount() == 3
                        && constants.containsKey(node.getInput(1))
                        && constants.containsKey(node.getInput(2))
                        && floats(node.getInput(1))[0] == 0;
            default -> false;
        };
    }

    /** What {@link StepCounting} leaves behind a layer: bytes end there by themselves. */
    private boolean isClippedToBytes(NodeProto node) {
        return node.getOpType().equals("Clip")
                && node.getInputCount() == 3
                && node.getInput(1).equals(StepCounting.LOWEST)
                && node.getInput(2).equals(StepCounting.HIGHEST);
    }

    /** Whether a tensor is counted in steps of its bytes already, so that there is no range to be found. */
    boolean isInSteps(String tensor) {
        return operations.stream()
                .anyMatch(operation -> operation.result().equals(tensor)
                        && operation.following() != null
                        && isClippedToBytes(operation.following()));
    }

    private static boolean isMaxPool(NodeProto node) {
        return node.getOpType().equals("MaxPool") && node.getOutputCount() == 1;
    }

    /** The max pooling that is part of a layer; null where there is none. */
    static @Nullable NodeProto pooling(Operation layer) {
        NodeProto following = layer.following();
        return following != null && isMaxPool(following) ? following : null;
    }

    /** Whether the second input is one constant number. */
    private boolean hasNumber(NodeProto node) {
        return constants.containsKey(node.getInput(1)) && floats(node.getInput(1)).length == 1;
    }

    private @Nullable NodeProto onlyReader(String tensor) {
        List<NodeProto> all = readers.getOrDefault(tensor, List.of());
        return all.size() == 1 && !outputs.contains(tensor) ? all.getFirst() : null;
    }

    ModelProto model() {
        return model;
    }

    /** In the order in which they run. */
    List<Operation> operations() {
        return operations;
    }

    List<Operation> operations(Kind kind) {
        return operations.stream().filter(operation -> operation.kind() == kind).toList();
    }

    /** What the layers give, in order. */
    List<String> layers() {
        return operations(Kind.LAYER).stream().map(Operation::result).toList();
    }

    /** What the layers and sums give, in order. */
    List<String> layersAndSums() {
        return operations.stream()
                .filter(operation -> operation.kind() == Kind.LAYER || operation.kind() == Kind.SUM)
                .map(Operation::result)
                .toList();
    }

    /** The tensors that bytes may be made of, in order. */
    Set<String> measuredTensors() {
        Set<String> tensors = new LinkedHashSet<>();
        for (Operation layer : operations(Kind.LAYER)) {
            tensors.add(layer.input());
            if (!givesFloats(layer)) {
                tensors.add(layer.result());
            }
        }
        return tensors;
    }

    /** The layers whose results are pooled and then only summed up. */
    List<Operation> pooledToSums() {
        return operations(Kind.LAYER).stream()
                .filter(layer ->
                        pooling(layer) != null && haveAll(readers(layer.result()), reader -> reader.kind() == Kind.SUM))
                .toList();
    }

    private static boolean haveAll(List<Operation> operations, Predicate<Operation> property) {
        return !operations.isEmpty() && operations.stream().allMatch(property);
    }

    /** Whether a layer can give the floats that its only readers, sums, take: a convolution of single pixels can. */
    boolean givesFloats(Operation layer) {
        List<Operation> all = readers(layer.result());
        return layer.following() == null
                && isPointwise(layer.node())
                && !all.isEmpty()
                && all.stream().allMatch(reader -> reader.kind() == Kind.SUM);
    }

    boolean isSum(String tensor) {
        return operations(Kind.SUM).stream().anyMatch(sum -> sum.result().equals(tensor));
    }

    /** Whether a tensor holds the values of a sum, as they are, moved or bounded. */
    boolean isOfSum(String tensor) {
        return sumOf(tensor) != null;
    }

    /** The sum whose values a tensor holds, as they are, moved or bounded; null where it holds none. */
    @Nullable
    String sumOf(String tensor) {
        String source = sourceOf(tensor);
        return isSum(source) ? source : null;
    }

    /** The layer's result whose bytes a tensor has, as they are or moved; the tensor itself where it has none. */
    String bytesOf(String tensor) {
        String source = sourceOf(tensor);
        return layers().contains(source) ? source : tensor;
    }

    /** The tensor that a tensor was moved from; the tensor itself where nothing moved it. */
    private String sourceOf(String tensor) {
        return operations(Kind.MOVE).stream()
                .filter(move -> move.result().equals(tensor))
                .findFirst()
                .map(move -> sourceOf(move.input()))
                .orElse(tensor);
    }

    /** A convolution of one pixel at a time, every input channel with every output channel. */
    boolean isPointwise(NodeProto node) {
        if (!node.getOpType().equals("Conv") || integer(node, "group", 1) != 1) {
            return false;
        }
        AttributeProto pads = attribute(node, "pads");
        return constant(node.getInput(1)).getDimsList().stream().skip(2).allMatch(size -> size == 1)
                && (pads == null || pads.getIntsList().stream().allMatch(pad -> pad == 0));
    }

    /** A convolution of each channel by itself. */
    boolean isDepthwise(NodeProto node) {
        if (!node.getOpType().equals("Conv")) {
            return false;
        }
        List<Long> kernel = constant(node.getInput(1)).getDimsList();
        return kernel.get(0) > 1 && kernel.get(1) == 1 && integer(node, "group", 1) == kernel.get(0);
    }

    /** What the layers give, in order, without the depthwise convolutions in front of others. */
    List<String> layersBesideDepthwise() {
        return operations(Kind.LAYER).stream()
                .filter(layer -> !isDepthwise(layer.node())
                        || !haveAll(readers(layer.result()), reader -> reader.kind() == Kind.LAYER))
                .map(Operation::result)
                .toList();
    }

    /** The layers, and the depthwise convolutions that only they read. */
    Set<String> withDepthwise(List<String> layers) {
        Set<String> all = new LinkedHashSet<>(layers);
        for (Operation layer : operations(Kind.LAYER)) {
            if (isDepthwise(layer.node()) && areAmong(layers, readers(layer.result()))) {
                all.add(layer.result());
            }
        }
        return Collections.unmodifiableSet(all);
    }

    static boolean areAmong(Collection<String> layers, List<Operation> readers) {
        return haveAll(readers, reader -> layers.contains(reader.result()));
    }

    /** The operations that read a tensor. */
    List<Operation> readers(String tensor) {
        return operations.stream()
                .filter(operation -> operation.node().getInputList().contains(tensor))
                .toList();
    }

    TensorProto constant(String name) {
        TensorProto constant = constants.get(name);
        if (constant == null) {
            throw new IllegalArgumentException("no constant " + name);
        }
        return constant;
    }

    boolean isOutput(String tensor) {
        return outputs.contains(tensor);
    }

    float[] floats(String constant) {
        return floats(constant(constant));
    }

    static float[] floats(TensorProto tensor) {
        if (tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
            throw new IllegalArgumentException(tensor.getName() + " is not float32");
        }
        if (tensor.getFloatDataCount() > 0) {
            float[] values = new float[tensor.getFloatDataCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
            return values;
        }
        FloatBuffer raw = tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[raw.remaining()];
        raw.get(values);
        return values;
    }

    static @Nullable AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    static long integer(NodeProto node, String name, long otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null ? otherwise : attribute.getI();
    }

    private static float number(NodeProto node, String name, float otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null ? otherwise : attribute.getF();
    }
}
