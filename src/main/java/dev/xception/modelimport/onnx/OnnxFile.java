package dev.xception.modelimport.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.xception.modelimport.InvalidModelException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a model file whole or not at all, and reads the metadata of one without its weights. */
public final class OnnxFile {

    private OnnxFile() {}

    /** One process at a time may write a file: unfinished, it has one name, so that what a killed one left is written over. */
    public static void write(ModelProto model, Path target) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
                model.writeTo(out);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // Of an open file the operating system says only "No space left on device".
            FileSystemException named = new FileSystemException(target.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** The {@code metadata_props} of an ONNX file. */
    public static Map<String, String> metadata(Path onnx) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        try (InputStream file = Files.newInputStream(onnx)) {
            CodedInputStream in = CodedInputStream.newInstance(file);
            in.setSizeLimit(Integer.MAX_VALUE);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ModelProto.METADATA_PROPS_FIELD_NUMBER) {
                    StringStringEntryProto entry = StringStringEntryProto.parseFrom(in.readByteArray());
                    metadata.put(entry.getKey(), entry.getValue());
                } else {
                    in.skipField(tag);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidModelException(onnx.getFileName() + " is not a readable ONNX file", e);
        }
        return metadata;
    }
}
