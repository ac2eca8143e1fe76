package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The constants of a graph, some of them with other values of the same shape. */
final class ChangedConstants {

    private final FloatGraph graph;
    private final Map<String, TensorProto> changed = new HashMap<>();

    ChangedConstants(FloatGraph graph) {
        this.graph = graph;
    }

    /** A copy of the values. */
    float[] floats(String constant) {
        TensorProto tensor = changed.get(constant);
        return tensor == null ? graph.floats(constant) : FloatGraph.floats(tensor);
    }

    void put(String constant, float[] values) {
        changed.put(
                constant,
                graph.constant(constant).toBuilder()
                        .clearFloatData()
                        .setRawData(ByteString.copyFrom(QdqGraph.littleEndian(values)))
                        .build());
    }

    /** All of the graph's constants. */
    List<TensorProto> all() {
        GraphProto source = graph.model().getGraph();
        return source.getInitializerList().stream()
                .map(constant -> changed.getOrDefault(constant.getName(), constant))
                .toList();
    }

    /** The graph's model with these constants. */
    ModelProto model() {
        ModelProto.Builder model = graph.model().toBuilder();
        model.getGraphBuilder().clearInitializer().addAllInitializer(all());
        return model.build();
    }
}
