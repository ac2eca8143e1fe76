package dev.xception.modelimport;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.xception.modelimport.onnx.OnnxFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** An imported model run in ONNX Runtime. */
public final class TestModel implements AutoCloseable {

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;

    private TestModel(OrtSession session) {
        this.session = session;
    }

    static TestModel open(Path onnx) {
        return open(onnx, OrtSession.SessionOptions.OptLevel.ALL_OPT);
    }

    static TestModel open(Path onnx, OrtSession.SessionOptions.OptLevel level) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(level);
            options.setIntraOpNumThreads(2);
            return new TestModel(ENVIRONMENT.createSession(onnx.toString(), options));
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    /** A copy of the model that also gives the named inner values. */
    static Path withOutputs(Path onnx, Path copy, String... values) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(onnx)).toBuilder();
            for (String value : values) {
                model.getGraphBuilder()
                        .addOutput(ValueInfoProto.newBuilder()
                                .setName(value)
                                .setType(TypeProto.newBuilder()
                                        .setTensorType(TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT.getNumber()))));
            }
            return Files.write(copy, model.build().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of the initializer that the metadata name as the classifier's {@code kernel} or {@code bias}. */
    static float[] classifier(Path onnx, String part) {
        try {
            String name = OnnxFile.metadata(onnx).get("xception.classifier." + part);
            ModelProto model = ModelProto.parseFrom(Files.readAllBytes(onnx));
            TensorProto initializer = model.getGraph().getInitializerList().stream()
                    .filter(tensor -> tensor.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            FloatBuffer values = initializer
                    .getRawData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] floats = new float[values.remaining()];
            values.get(floats);
            return floats;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs one batch; {@code images} holds its pictures one after another. */
    float[] run(String output, byte[] images) {
        try {
            long[] shape = ((TensorInfo) session.getInputInfo().get("image").getInfo()).getShape();
            shape[0] = images.length / (shape[1] * shape[2] * shape[3]);
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(images.length).put(images).flip();
            try (OnnxTensor tensor = OnnxTensor.createTensor(ENVIRONMENT, buffer, shape, OnnxJavaType.UINT8);
                    OrtSession.Result result = session.run(Map.of("image", tensor), Set.of(output))) {
                FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] floats = new float[values.remaining()];
                values.get(floats);
                return floats;
            }
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    Set<String> outputs() {
        return session.getOutputNames();
    }

    Map<String, String> metadata() {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }
}
