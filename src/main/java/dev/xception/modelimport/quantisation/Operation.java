package dev.xception.modelimport.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import org.jspecify.annotations.Nullable;

/**
 * A node of the float graph, as what it can become on bytes.
 *
 * @param following the node behind it that becomes part of it: an activation, or the offset of a {@link Kind#RESCALE}
 */
record Operation(Kind kind, NodeProto node, @Nullable NodeProto following) {

    enum Kind {
        /** A convolution or dense layer with constant weights: integer products. */
        LAYER,
        /** The sum of two tensors, channel by channel. It stays float: see {@link QdqWriter}. */
        SUM,
        /** A sum on its way to a later one, times a factor for each channel: see {@link CarriedSums}. It stays float. */
        CARRY,
        /** Gives bytes it was given, with the same scale: pooling, transposition, a bound. */
        MOVE,
        /** Turns the picture's bytes into floats. */
        INPUT,
        /** Times a number, plus a number: the bytes stay and mean something else. */
        RESCALE,
        /** Stays as it is. */
        FLOAT
    }

    static Operation of(Kind kind, NodeProto node) {
        return new Operation(kind, node, null);
    }

    Operation then(NodeProto activation) {
        return new Operation(kind, node, activation);
    }

    String input() {
        return node.getInput(0);
    }

    String result() {
        return following == null ? node.getOutput(0) : following.getOutput(0);
    }
}
