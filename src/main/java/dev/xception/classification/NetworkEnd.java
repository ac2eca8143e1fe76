package dev.xception.classification;

import dev.xception.model.ClassifierHead;
import org.jspecify.annotations.Nullable;

/**
 * What a network ends in.
 *
 * @param mapWidth places across the last activation map
 * @param mapHeight places down it
 * @param channels of the map, and values of the embedding
 * @param head the linear layer behind the map's global average; null where there is more or something else behind it
 */
public record NetworkEnd(
        int mapWidth, int mapHeight, int channels, @Nullable ClassifierHead head) {

    public NetworkEnd {
        if (head != null && head.channels() != channels) {
            throw new IllegalArgumentException(
                    "a head for %d channels behind %d channels".formatted(head.channels(), channels));
        }
    }
}
