package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photographs, from the JPEG to the model's bytes, against the bytes that Pillow makes. */
class GoldenInputsTest {

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(20_000_000, 50_000_000), true);

    @ParameterizedTest
    @ValueSource(
            strings = {"n02099601_golden_retriever", "n03792782_mountain_bike", "n07749582_lemon", "n02007558_flamingo"
            })
    void squashesPhotographsAsPillowDoes(String name) throws IOException {
        byte[] jpeg = Files.readAllBytes(TestData.require("images/" + name + ".JPEG"));
        Path golden = TestData.require("golden/inputs");

        try (RgbImage image = decoder.decode(jpeg)) {
            assertThat(preprocess(image, new InputShape(299, 299, 3)))
                    .isEqualTo(Files.readAllBytes(golden.resolve(name + "_299rgb.bin")));
            assertThat(preprocess(image, new InputShape(224, 224, 3)))
                    .isEqualTo(Files.readAllBytes(golden.resolve(name + "_224rgb.bin")));
            assertThat(preprocess(image, new InputShape(64, 64, 1)))
                    .isEqualTo(Files.readAllBytes(golden.resolve(name + "_64gray.bin")));
        }
    }

    private static byte[] preprocess(RgbImage image, InputShape shape) {
        return Pictures.preprocess(image, Fit.SQUASH, Filter.BILINEAR, shape);
    }
}
