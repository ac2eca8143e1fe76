package dev.xception.modelimport.quantisation;

import dev.xception.modelimport.quantisation.Operation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors' channels can only be rescaled together: those that ReLU, max pooling and sums connect. A group that touches
 * anything but these, convolutions and factors for channels, or an output, is fixed.
 */
final class ChannelGroups {

    private static final Set<String> HOMOGENEOUS = Set.of("Relu", "MaxPool");

    private final FloatGraph graph;
    private final Map<String, String> parents = new HashMap<>();
    private final Set<String> fixed = new HashSet<>();

    ChannelGroups(FloatGraph graph) {
        this.graph = graph;
        for (Operation operation : graph.operations()) {
            if (connects(operation)) {
                operation.node().getInputList().forEach(input -> join(input, operation.result()));
            }
        }
        for (Operation operation : graph.operations()) {
            if (!connects(operation) && !isOwnConvolution(operation) && operation.kind() != Kind.CARRY) {
                operation.node().getInputList().forEach(this::fix);
                fix(operation.result());
            }
            if (isBounded(operation) || graph.isOutput(operation.result())) {
                fix(operation.result());
            }
        }
    }

    /** Whether what goes in and what comes out can only be rescaled together. */
    private static boolean connects(Operation operation) {
        return operation.kind() == Kind.SUM
                || (operation.kind() == Kind.MOVE
                        && HOMOGENEOUS.contains(operation.node().getOpType()));
    }

    /** A convolution whose weights no other layer has. */
    private boolean isOwnConvolution(Operation operation) {
        List<String> constants =
                operation.node().getInputList().stream().skip(1).toList();
        return operation.kind() == Kind.LAYER
                && operation.node().getOpType().equals("Conv")
                && constants.stream()
                        .allMatch(constant -> graph.readers(constant).size() == 1);
    }

    private static boolean isBounded(Operation operation) {
        return operation.following() != null
                && !HOMOGENEOUS.contains(operation.following().getOpType());
    }

    private void join(String a, String b) {
        parents.put(of(a), of(b));
    }

    private void fix(String tensor) {
        fixed.add(of(tensor));
    }

    /** The tensor that names the group. */
    String of(String tensor) {
        String parent = parents.getOrDefault(tensor, tensor);
        return parent.equals(tensor) ? tensor : of(parent);
    }

    boolean isFixed(String tensor) {
        return fixed.contains(of(tensor));
    }
}
