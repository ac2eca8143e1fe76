package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How many channels tensors have, as far as convolutions and what lets channels through tell. */
final class ChannelCounts {

    private static final Set<String> KEEPING = Set.of("Relu", "Clip", "MaxPool", "Add");

    private final Map<String, Long> counts = new HashMap<>();

    /** @param nodes in the order in which they run */
    ChannelCounts(Iterable<NodeProto> nodes, Map<String, TensorProto> constants) {
        for (NodeProto node : nodes) {
            if (node.getOpType().equals("Conv") && constants.containsKey(node.getInput(1))) {
                counts.put(node.getOutput(0), constants.get(node.getInput(1)).getDims(0));
            } else if (KEEPING.contains(node.getOpType())) {
                node.getInputList().stream()
                        .map(counts::get)
                        .filter(Objects::nonNull)
                        .max(Long::compare)
                        .ifPresent(most -> counts.put(node.getOutput(0), most));
            }
        }
    }

    /** Whether inputs are known to differ, so that the one channel of one of them is added to all of the other. */
    boolean differ(NodeProto sum) {
        return sum.getInputList().stream()
                        .map(counts::get)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count()
                > 1;
    }
}
