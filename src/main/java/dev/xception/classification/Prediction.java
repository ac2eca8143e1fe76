package dev.xception.classification;

/**
 * One of the top-k classes.
 *
 * @param rank from 1
 * @param classIndex position in the model's output, from 0
 * @param wordnetId WordNet ID of the class, empty for labels without one
 * @param label name of the class
 * @param probability from 0 to 1
 */
public record Prediction(int rank, int classIndex, String wordnetId, String label, float probability) {}
