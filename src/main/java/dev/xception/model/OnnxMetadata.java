package dev.xception.model;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what an ONNX file says of itself without loading it: the fields of the outermost message are walked and the graph is
 * skipped, so that a file that was cut off is noticed at the cost of a few reads.
 */
final class OnnxMetadata {

    static final String SOURCE_SHA256 = "xception.source.sha256";
    static final String IMPORTER_VERSION = "xception.importer.version";
    static final String INPUT_SIZE = "xception.input.size";
    static final String NORMALIZATION = "xception.normalization";
    static final String ACTIVATION = "xception.activation";
    static final String PRECISION = "xception.precision";
    static final String WEIGHTS = "xception.weights";
    static final String UNTRAINED = "untrained";

    private OnnxMetadata() {}

    /**
     * The file's {@code metadata_props}.
     *
     * @throws InvalidProtocolBufferException when the file is no ONNX model or is cut off
     */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> metadata = new HashMap<>();
        boolean hasGraph = false;
        try (InputStream stream = Files.newInputStream(file)) {
            CodedInputStream input = CodedInputStream.newInstance(stream);
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ModelProto.METADATA_PROPS_FIELD_NUMBER) {
                    StringStringEntryProto.Builder entry = StringStringEntryProto.newBuilder();
                    input.readMessage(entry, ExtensionRegistryLite.getEmptyRegistry());
                    metadata.put(entry.getKey(), entry.getValue());
                } else {
                    hasGraph |= WireFormat.getTagFieldNumber(tag) == ModelProto.GRAPH_FIELD_NUMBER;
                    input.skipField(tag);
                }
            }
        }
        if (!hasGraph) {
            throw new InvalidProtocolBufferException("holds no graph");
        }
        return metadata;
    }
}
