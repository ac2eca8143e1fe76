package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TestData;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every filter and size against the bytes of Pillow 12.3, kept as digests. */
class ResamplingVectorsTest {

    private final Map<String, byte[]> pictures = new HashMap<>();

    @TestFactory
    Iterable<DynamicTest> equalsPillowByteForByte() throws Exception {
        String json = Files.readString(TestData.require("resample/vectors.json"));
        return JsonMapper.shared().readTree(json).get("vectors").values().stream()
                .map(vector -> DynamicTest.dynamicTest(name(vector), () -> check(vector)))
                .toList();
    }

    private void check(JsonNode vector) {
        String pattern = vector.get("pattern").asString();
        int width = vector.get("width").asInt();
        int height = vector.get("height").asInt();
        byte[] rgb = pictures.computeIfAbsent(
                pattern + width + "x" + height, key -> Pictures.draw(width, height, formula(pattern, width, height)));
        assertThat(Pictures.sha256(rgb))
                .as("the picture itself")
                .isEqualTo(vector.get("input_sha256").asString());

        int target = vector.get("target").asInt();
        Filter filter = Filter.valueOf(vector.get("filter").asString().toUpperCase(Locale.ROOT));
        byte[] resized = Pictures.preprocess(
                Pictures.image(width, height, rgb), Fit.SQUASH, filter, new InputShape(target, target, 3));

        assertThat(Pictures.sha256(resized)).isEqualTo(vector.get("sha256").asString());
    }

    private static String name(JsonNode vector) {
        return vector.get("pattern").asString() + " " + vector.get("width") + " x " + vector.get("height") + " to "
                + vector.get("target") + " " + vector.get("filter").asString();
    }

    private static Pictures.Formula formula(String pattern, int width, int height) {
        return switch (pattern) {
            case "modmix" -> (x, y, c) -> (7 * x + 13 * y + 101 * c) % 256;
            case "hash" -> (x, y, c) -> hash((y * width + x) * 3 + c);
            case "rings" -> (x, y, c) -> ((square(2 * x - width + 1) + square(2 * y - height + 1)) / 64 + 40 * c) & 255;
            default -> throw new IllegalArgumentException(pattern);
        };
    }

    private static int hash(int index) {
        int h = index * (int) 2654435761L;
        h ^= h >>> 15;
        h *= (int) 2246822519L;
        h ^= h >>> 13;
        return h >>> 24;
    }

    private static int square(int value) {
        return value * value;
    }
}
