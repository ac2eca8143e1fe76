package dev.xception.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads single initializers of an ONNX file, one tensor in memory at a time. */
final class OnnxInitializers {

    private OnnxInitializers() {}

    /** The float tensors among the named initializers; what is absent, or of another type, is left out. */
    static Map<String, FloatTensor> read(Path file, Set<String> names) throws IOException {
        Map<String, FloatTensor> found = new HashMap<>();
        try (InputStream stream = Files.newInputStream(file)) {
            CodedInputStream input = CodedInputStream.newInstance(stream);
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ModelProto.GRAPH_FIELD_NUMBER) {
                    int outer = input.pushLimit(input.readRawVarint32());
                    readGraph(input, names, found);
                    input.popLimit(outer);
                } else {
                    input.skipField(tag);
                }
            }
        }
        return found;
    }

    private static void readGraph(CodedInputStream input, Set<String> names, Map<String, FloatTensor> found)
            throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) != GraphProto.INITIALIZER_FIELD_NUMBER) {
                input.skipField(tag);
                continue;
            }
            TensorProto.Builder tensor = TensorProto.newBuilder();
            input.readMessage(tensor, ExtensionRegistryLite.getEmptyRegistry());
            if (names.contains(tensor.getName())) {
                FloatTensor values = FloatTensor.of(tensor.build());
                if (values != null) {
                    found.put(tensor.getName(), values);
                }
            }
        }
    }
}
