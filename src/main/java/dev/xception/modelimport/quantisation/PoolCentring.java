package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.xception.modelimport.quantisation.Operation.Kind;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves the channels of what is pooled and then added to the result of another layer, so that the range of each, which is that
 * of its maxima, lies around zero; the other layer's bias takes it back. One scale serves all channels then without room for
 * where they lie. Costs nothing when the graph runs.
 */
final class PoolCentring {

    private final FloatGraph graph;
    private final ChangedConstants constants;
    private final Map<String, double[]> shifts = new HashMap<>();

    private PoolCentring(FloatGraph graph) {
        this.graph = graph;
        this.constants = new ChangedConstants(graph);
    }

    /** Measures ranges with the pictures. */
    static PoolCentring of(FloatGraph graph, Iterable<ByteBuffer> pictures) {
        PoolCentring centring = new PoolCentring(graph);
        Map<Operation, Operation> others = new LinkedHashMap<>();
        for (Operation pooled : graph.pooledToSums()) {
            Operation other = centring.other(pooled);
            if (other != null) {
                others.put(pooled, other);
            }
        }
        Map<String, ChannelRanges> ranges = ChannelRanges.measure(
                graph, others.keySet().stream().map(Operation::result).toList(), pictures);
        others.forEach((pooled, other) -> {
            ChannelRanges its = Objects.requireNonNull(ranges.get(pooled.result()), "no ranges");
            double[] middles = new double[its.channels()];
            double[] opposite = new double[its.channels()];
            for (int channel = 0; channel < middles.length; channel++) {
                middles[channel] = its.middle(channel);
                opposite[channel] = -middles[channel];
            }
            centring.subtract(pooled, middles);
            centring.subtract(other, opposite);
        });
        return centring;
    }

    /** The layer whose bias can take back what the pooled one's loses; null where there is none. */
    private @Nullable Operation other(Operation pooled) {
        List<Operation> sums = graph.readers(pooled.result());
        if (sums.size() != 1 || !hasOwnBias(pooled.node())) {
            return null;
        }
        List<String> added = sums.getFirst().node().getInputList().stream()
                .filter(input -> !input.equals(pooled.result()))
                .toList();
        return graph.operations(Kind.LAYER).stream()
                .filter(layer -> added.equals(List.of(layer.result()))
                        && layer.following() == null
                        && hasOwnBias(layer.node())
                        && !graph.isOutput(layer.result())
                        && graph.readers(layer.result()).size() == 1)
                .findFirst()
                .orElse(null);
    }

    private boolean hasOwnBias(NodeProto layer) {
        return layer.getInputCount() == 3 && graph.readers(layer.getInput(2)).size() == 1;
    }

    private void subtract(Operation layer, double[] shift) {
        String bias = layer.node().getInput(2);
        float[] values = constants.floats(bias);
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] -= (float) shift[channel];
        }
        constants.put(bias, values);
        shifts.put(layer.result(), shift);
    }

    /** The same function, with other biases. */
    ModelProto model() {
        return constants.model();
    }

    /** A tensor's values as they would be where it was before. */
    FloatBuffer original(String tensor, FloatBuffer values) {
        double[] shift = shifts.get(tensor);
        return shift == null
                ? values
                : ChannelValues.changed(values, shift.length, (value, channel) -> value + shift[channel]);
    }
}
