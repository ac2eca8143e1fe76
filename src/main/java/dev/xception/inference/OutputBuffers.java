package dev.xception.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The direct memory that ONNX Runtime writes a session's outputs to, and what a run left in it. */
final class OutputBuffers {

    private final GraphContract contract;
    private final Map<OutputTensor, TensorBuffer> buffers = new EnumMap<>(OutputTensor.class);

    OutputBuffers(GraphContract contract) {
        this.contract = contract;
        for (OutputTensor output : contract.outputs().keySet()) {
            buffers.put(output, new TensorBuffer(contract.valuesPerPicture(output) * Float.BYTES));
        }
    }

    /** Tensors over this memory, for one run. */
    record PinnedOutputs(Map<String, OnnxTensor> byName) implements AutoCloseable {

        @Override
        public void close() {
            byName.values().forEach(OnnxTensor::close);
        }
    }

    PinnedOutputs pin(Set<OutputTensor> outputs, int pictures) throws OrtException {
        PinnedOutputs pinned = new PinnedOutputs(new HashMap<>());
        try {
            for (OutputTensor output : outputs) {
                FloatBuffer floats = buffer(output).forBatch(pictures).asFloatBuffer();
                long[] shape = contract.outputShape(output, pictures);
                OnnxTensor tensor = OnnxTensor.createTensor(OnnxRuntime.environment(), floats, shape);
                pinned.byName().put(output.id(), tensor);
            }
            return pinned;
        } catch (Throwable e) {
            pinned.close();
            throw e;
        }
    }

    /** One picture's values of the last run. */
    ModelOutput read(Set<OutputTensor> outputs, int picture) {
        return new ModelOutput(
                read(OutputTensor.PROBABILITIES, picture),
                outputs.contains(OutputTensor.FEATURES) ? read(OutputTensor.FEATURES, picture) : null,
                outputs.contains(OutputTensor.EMBEDDING) ? read(OutputTensor.EMBEDDING, picture) : null);
    }

    private float[] read(OutputTensor output, int picture) {
        float[] values = new float[contract.valuesPerPicture(output)];
        FloatBuffer floats = buffer(output).forBatch(picture + 1).asFloatBuffer();
        floats.get(picture * values.length, values);
        return values;
    }

    private TensorBuffer buffer(OutputTensor output) {
        TensorBuffer buffer = buffers.get(output);
        if (buffer == null) {
            throw new InferenceException("the graph has no output \"" + output.id() + "\"");
        }
        return buffer;
    }
}
