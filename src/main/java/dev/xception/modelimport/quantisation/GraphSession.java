package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.xception.inference.OnnxRuntime;
import dev.xception.modelimport.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A graph in ONNX Runtime on the CPU, run on one picture at a time. */
final class GraphSession implements AutoCloseable {

    private static final String IMAGE = "image";

    private final OrtSession session;
    private final long[] shape;

    private GraphSession(ModelProto model, SessionOptions options) throws OrtException {
        this.session = OnnxRuntime.environment().createSession(model.toByteArray(), options);
        this.shape = ((TensorInfo) Objects.requireNonNull(session.getInputInfo().get(IMAGE), "no input image")
                        .getInfo())
                .getShape();
        shape[0] = 1;
    }

    static GraphSession open(ModelProto model) {
        try (SessionOptions options = options()) {
            return new GraphSession(model, options);
        } catch (OrtException e) {
            throw new InvalidModelException("the graph cannot be run: " + e.getMessage(), e);
        }
    }

    /** The graph as ONNX Runtime would run it: what it has fused and replaced. */
    static ModelProto optimised(ModelProto model) throws IOException {
        Path file = Files.createTempFile("optimised", ".onnx");
        try (SessionOptions options = options()) {
            options.setOptimizedModelFilePath(file.toString());
            new GraphSession(model, options).close();
            return ModelProto.parseFrom(Files.readAllBytes(file));
        } catch (OrtException e) {
            throw new InvalidModelException("the graph cannot be run: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The graph with other outputs: the named tensors, which are float. */
    static ModelProto withOutputs(ModelProto model, Collection<String> tensors) {
        ModelProto.Builder changed = model.toBuilder();
        changed.getGraphBuilder().clearOutput().addAllOutput(floatOutputs(tensors));
        return changed.build();
    }

    static List<ValueInfoProto> floatOutputs(Collection<String> tensors) {
        return tensors.stream()
                .map(tensor -> ValueInfoProto.newBuilder()
                        .setName(tensor)
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber())))
                        .build())
                .toList();
    }

    private static SessionOptions options() throws OrtException {
        SessionOptions options = OnnxRuntime.sessionOptions(true);
        options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.setMemoryPatternOptimization(false);
        return options;
    }

    /** What one run gave, in native memory until it is closed. */
    static final class Values implements AutoCloseable {

        private final OrtSession.Result result;

        private Values(OrtSession.Result result) {
            this.result = result;
        }

        /** A copy of an output's values. */
        FloatBuffer get(String output) {
            return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        }

        /** The number of channels of an output, which is its second axis. */
        int channels(String output) {
            return Math.toIntExact(
                    ((OnnxTensor) result.get(output).orElseThrow()).getInfo().getShape()[1]);
        }

        @Override
        public void close() {
            result.close();
        }
    }

    /**
     * @param picture direct, its remaining bytes the uint8 pixels {@code [height, width, channels]}
     */
    Values run(ByteBuffer picture) {
        try (OnnxTensor image =
                OnnxTensor.createTensor(OnnxRuntime.environment(), picture.duplicate(), shape, OnnxJavaType.UINT8)) {
            return new Values(session.run(Map.of(IMAGE, image)));
        } catch (OrtException e) {
            throw new InvalidModelException("the graph cannot be run: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
