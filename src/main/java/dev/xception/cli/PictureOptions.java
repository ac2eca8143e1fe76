package dev.xception.cli;

import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pictures become the model's input. */
final class PictureOptions {

    /** One's own pictures need no protection from themselves, only from what no machine holds. */
    static final ImageLimits LIMITS = new ImageLimits(1_000_000_000, 500_000_000);

    @Option(
            names = "--fit",
            paramLabel = "FIT",
            description = "crop, squash or pad (default: what the model's model.yaml says).")
    @Nullable
    Fit fit;

    @Option(
            names = "--filter",
            paramLabel = "FILTER",
            description =
                    "bilinear, bicubic, lanczos, box, hamming or nearest (default: what the model's model.yaml says).")
    @Nullable
    Filter filter;

    @Option(
            names = "--orientation",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether the EXIF orientation is applied (default: true).")
    boolean applyOrientation;

    ImageDecoder decoder() {
        return new ImageDecoder(LIMITS, applyOrientation);
    }
}
