package dev.xception.inference;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether ONNX Runtime's fastest products of bytes are exact on this processor. Without VNNI, x86 adds two of them in 16 bits and
 * saturates, without a word. ONNX Runtime has exact kernels too ({@code session.x64quantprecision}), which it would take
 * with VNNI as well, where they are 2.6 times as slow and nothing saturates. So it is tried out: the largest
 * bytes in a matrix product and in a convolution.
 */
final class ByteProducts {

    private static final Logger log = LoggerFactory.getLogger(ByteProducts.class);

    private static final int COUNT = 64;
    private static final int LARGEST = 255;
    private static final byte WEIGHT = 127;
    private static final int EXACT = COUNT * LARGEST * WEIGHT;
    /** What the convolution gives for {@link #EXACT}. */
    private static final int SCALED = 200;

    private static final boolean SATURATE = tryOut();

    private ByteProducts() {}

    static boolean saturate() {
        return SATURATE;
    }

    private static boolean tryOut() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(COUNT * COUNT);
        while (bytes.hasRemaining()) {
            bytes.put((byte) LARGEST);
        }
        bytes.flip();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = OnnxRuntime.environment().createSession(model().toByteArray(), options);
                    OnnxTensor rows = tensor(bytes, COUNT, COUNT);
                    OnnxTensor picture = tensor(bytes, 1, COUNT, 8, 8);
                    OrtSession.Result result = session.run(Map.of("rows", rows, "picture", picture))) {
                int[][] products =
                        (int[][]) result.get("products").orElseThrow().getValue();
                byte[][][][] convolved =
                        (byte[][][][]) result.get("convolved").orElseThrow().getValue();
                return products[0][0] != EXACT || (convolved[0][0][0][0] & 0xff) != SCALED;
            }
        } catch (OrtException e) {
            // The exact kernels are never wrong.
            log.warn("products of bytes cannot be tried out", e);
            return true;
        }
    }

    private static OnnxTensor tensor(ByteBuffer bytes, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OnnxRuntime.environment(), bytes, shape, OnnxJavaType.UINT8);
    }

    private static ModelProto model() {
        byte[] weights = new byte[COUNT * COUNT];
        Arrays.fill(weights, WEIGHT);
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("products")
                .addInput(value("rows", DataType.UINT8, COUNT, COUNT))
                .addInput(value("picture", DataType.UINT8, 1, COUNT, 8, 8))
                .addOutput(value("products", DataType.INT32, COUNT, COUNT))
                .addOutput(value("convolved", DataType.UINT8, 1, COUNT, 8, 8))
                .addInitializer(bytes("matrix", weights, COUNT, COUNT))
                .addInitializer(bytes("kernel", weights, COUNT, COUNT, 1, 1))
                .addInitializer(scalar("zero", DataType.UINT8).addInt32Data(0))
                .addInitializer(scalar("weightsZero", DataType.INT8).addInt32Data(0))
                .addInitializer(scalar("one", DataType.FLOAT).addFloatData(1))
                .addInitializer(scalar("scale", DataType.FLOAT).addFloatData((float) EXACT / SCALED))
                .addNode(node("MatMulInteger", "products", "rows", "matrix", "zero", "weightsZero"))
                .addNode(node(
                        "QLinearConv",
                        "convolved",
                        "picture",
                        "one",
                        "zero",
                        "kernel",
                        "one",
                        "weightsZero",
                        "scale",
                        "zero"));
        return ModelProto.newBuilder()
                .setIrVersion(10)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(21))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto value(String name, DataType type, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long size : shape) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dimensions)))
                .build();
    }

    private static TensorProto bytes(String name, byte[] values, long... shape) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.INT8.getNumber())
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(values))
                .build();
    }

    private static TensorProto.Builder scalar(String name, DataType type) {
        return TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }
}
