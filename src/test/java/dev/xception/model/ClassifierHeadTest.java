package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierHeadTest {

    private static final float[] SIX = {1, 2, 3, 4, 5, 6};

    @TempDir
    Path folder;

    @Test
    void readsADenseLayerByColumns() throws IOException {
        ClassifierHead head = head(floats("kernel", SIX, 2, 3), floats("bias", new float[] {7, 8, 9}, 3));

        assertThat(head.weights()).isDeepEqualTo(new float[][] {{1, 4}, {2, 5}, {3, 6}});
        assertThat(head.bias()).containsExactly(7, 8, 9);
        assertThat(head.classes()).isEqualTo(3);
        assertThat(head.channels()).isEqualTo(2);
    }

    @Test
    void readsAConvolutionByRows() throws IOException {
        ClassifierHead head = head(floats("kernel", SIX, 3, 2, 1, 1), floats("bias", new float[] {7, 8, 9}, 3));

        assertThat(head.weights()).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    }

    @Test
    void readsHalfPrecision() throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        raw.putShort(Float.floatToFloat16(0.5f))
                .putShort(Float.floatToFloat16(-3))
                .flip();
        TensorProto kernel = TensorProto.newBuilder()
                .setName("kernel")
                .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                .addDims(1)
                .addDims(2)
                .setRawData(ByteString.copyFrom(raw))
                .build();

        assertThat(head(kernel).weights()).isDeepEqualTo(new float[][] {{0.5f}, {-3}});
    }

    @Test
    void isAbsentWhereTheFileNamesNone() throws IOException {
        assertThat(ClassifierHead.read(file(floats("kernel", SIX, 2, 3)), Map.of()))
                .isNull();
    }

    @Test
    void isAbsentWhereTheWeightsAreIntegers() throws IOException {
        TensorProto kernel = TensorProto.newBuilder()
                .setName("kernel")
                .setDataType(TensorProto.DataType.INT8_VALUE)
                .addDims(1)
                .addDims(2)
                .setRawData(ByteString.copyFrom(new byte[] {1, 2}))
                .build();

        assertThat(head(kernel)).isNull();
    }

    private @Nullable ClassifierHead head(TensorProto... tensors) throws IOException {
        return ClassifierHead.read(file(tensors), Map.of(ClassifierHead.KERNEL, "kernel", ClassifierHead.BIAS, "bias"));
    }

    private Path file(TensorProto... tensors) throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("tail").addInitializer(floats("other", SIX, 6));
        for (TensorProto tensor : tensors) {
            graph.addInitializer(tensor);
        }
        Path file = folder.resolve("tail.onnx");
        Files.write(
                file,
                ModelProto.newBuilder().setIrVersion(9).setGraph(graph).build().toByteArray());
        return file;
    }

    private static TensorProto floats(String name, float[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(raw));
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor.build();
    }
}
