package dev.xception.modelimport.keras;

import java.util.List;

/** What a layer is called with. */
public sealed interface Argument {

    /** An output of another layer's call. */
    record Tensor(String layer, int call, int output) implements Argument {}

    /** A number, or one for each channel. */
    record Constant(List<Double> values) implements Argument {}
}
