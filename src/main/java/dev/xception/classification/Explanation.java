package dev.xception.classification;

import dev.xception.image.Region;

/**
 * Where in a picture the evidence for one class lies.
 *
 * @param prediction the class; its rank among all
 * @param map the evidence by place
 * @param region the part of the picture that the map covers
 */
public record Explanation(
        ServedModel model,
        SourceImage image,
        Prediction prediction,
        ClassActivationMap map,
        Region region,
        StageTimes times) {}
