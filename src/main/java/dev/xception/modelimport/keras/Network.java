package dev.xception.modelimport.keras;

import dev.xception.modelimport.ModelSummary;

/** A network as a graph with its weights, and its size as Keras counts it. */
public record Network(Graph graph, ModelSummary summary) {}
