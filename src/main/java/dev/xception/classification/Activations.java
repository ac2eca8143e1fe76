package dev.xception.classification;

/**
 * What the graph gave for one picture.
 *
 * @param probabilities one value per class
 * @param features the last activation map, HWC; empty unless asked for
 * @param embedding the map's average over positions; empty unless asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record Activations(float[] probabilities, float[] features, float[] embedding) {}
