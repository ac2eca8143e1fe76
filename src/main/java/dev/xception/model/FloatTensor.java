package dev.xception.model;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** An initializer's values in row-major order. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record FloatTensor(int[] shape, float[] values) {

    /** Null for other types than float32 and float16. */
    static @Nullable FloatTensor of(TensorProto tensor) {
        int[] shape = tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
            float[] values = new float[Math.max(raw.remaining() / Float.BYTES, tensor.getFloatDataCount())];
            if (tensor.hasRawData()) {
                raw.asFloatBuffer().get(values);
            } else {
                for (int i = 0; i < values.length; i++) {
                    values[i] = tensor.getFloatData(i);
                }
            }
            return new FloatTensor(shape, values);
        }
        if (tensor.getDataType() == TensorProto.DataType.FLOAT16_VALUE && tensor.hasRawData()) {
            float[] values = new float[raw.remaining() / Short.BYTES];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.float16ToFloat(raw.getShort());
            }
            return new FloatTensor(shape, values);
        }
        return null;
    }
}
