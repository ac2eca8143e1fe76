package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensors of the graph that is being written are bytes.
 *
 * <p>A tensor keeps its name for its float form; its bytes are called {@code NAME/quantized}. Where a tensor is both, the
 * floats are made from the bytes; where floats come first, bytes are made of them for those that compute on bytes.
 */
final class ByteTensors {

    private final QdqGraph qdq;
    private final ByteFormats formats;
    private final Map<String, Bytes> made = new HashMap<>();
    private final Map<String, Bytes> rounded = new HashMap<>();

    /** The bytes of a tensor. */
    record Bytes(String name, ByteScale scale) {}

    ByteTensors(QdqGraph qdq, ByteFormats formats) {
        this.qdq = qdq;
        this.formats = formats;
    }

    /** Whether the tensor was bytes before it was floats. */
    boolean contains(String tensor) {
        return made.containsKey(tensor);
    }

    /** Names the bytes that a tensor is made of, and its floats after them. */
    void put(String tensor, Bytes its) {
        made.put(tensor, its);
        qdq.dequantise(its.name(), its.scale(), tensor);
    }

    /** Makes bytes of floats with the scale of {@code tensor}. */
    void put(String floats, String tensor, String name) {
        Bytes bytes = new Bytes(name + "/quantized", formats.scale(tensor));
        qdq.quantise(floats, bytes.scale(), bytes.name());
        put(name, bytes);
    }

    /** Runs a node that gives bytes it was given: what was {@code from} becomes {@code to}, with the same scale. */
    void move(NodeProto node, String from, String to) {
        move(node, from, to, node.getInputList().subList(1, node.getInputCount()));
    }

    /** The same with other inputs beside the bytes. */
    void move(NodeProto node, String from, String to, List<String> otherInputs) {
        Bytes source = of(from);
        String name = to + "/quantized";
        List<String> inputs = new ArrayList<>(List.of(source.name()));
        inputs.addAll(otherInputs);
        qdq.node(node, inputs, name);
        put(to, new Bytes(name, source.scale()));
    }

    /** The bytes of a tensor, made of its floats where it was floats first. */
    Bytes of(String tensor) {
        Bytes its = made.get(tensor);
        return its == null ? rounded.computeIfAbsent(tensor, this::round) : its;
    }

    /** The floats that are made from the bytes of a tensor. */
    String floats(String tensor) {
        of(tensor);
        return made.containsKey(tensor) ? tensor : dequantised(tensor);
    }

    private Bytes round(String tensor) {
        Bytes bytes = new Bytes(tensor + "/quantized", formats.scale(tensor));
        qdq.quantise(tensor, bytes.scale(), bytes.name());
        qdq.dequantise(bytes.name(), bytes.scale(), dequantised(tensor));
        return bytes;
    }

    private static String dequantised(String tensor) {
        return tensor + "/dequantized";
    }
}
