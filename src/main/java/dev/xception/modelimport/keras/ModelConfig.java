package dev.xception.modelimport.keras;

import java.util.List;

/** A Keras topology: its layers in the file's order, and which of them take the input and give the output. */
public record ModelConfig(
        String name, List<LayerConfig> layers, List<Argument.Tensor> inputs, List<Argument.Tensor> outputs) {}
