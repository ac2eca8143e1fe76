package dev.xception.inference;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the graph says of one picture.
 *
 * @param probabilities one value per class
 * @param features the last activation map, {@code [h, w, c]} in row-major order; null when not asked for
 * @param embedding its global average, {@code [c]}; null when not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record ModelOutput(float[] probabilities, float @Nullable [] features, float @Nullable [] embedding) {

    /** What is wrong with it; null where all values are finite. */
    public @Nullable String fault() {
        return Stream.of(
                        faultOf(OutputTensor.PROBABILITIES, probabilities),
                        faultOf(OutputTensor.FEATURES, features),
                        faultOf(OutputTensor.EMBEDDING, embedding))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String faultOf(OutputTensor output, float @Nullable [] values) {
        if (values != null) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    return "output \"" + output.id() + "\" holds " + value;
                }
            }
        }
        return null;
    }
}
