package dev.xception.modelimport;

import dev.xception.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The pictures that the reference outputs belong to: eight made by formula, four photographs. */
final class GoldenInputs {

    private static final List<String> PHOTOGRAPHS =
            List.of("n02099601_golden_retriever", "n03792782_mountain_bike", "n07749582_lemon", "n02007558_flamingo");

    private GoldenInputs() {}

    /** @param set the size and channels, such as {@code 299rgb} */
    static byte[] image(String set, int index) throws IOException {
        int size = Integer.parseInt(set.replaceAll("[a-z]", ""));
        int channels = set.endsWith("rgb") ? 3 : 1;
        return switch (index) {
            case 0 -> formula("black", size, size, channels);
            case 1 -> formula("white", size, size, channels);
            case 2 -> formula("gradx", size, size, channels);
            case 3 -> formula("rgbgrad", size, size, channels);
            case 4 -> formula("modmix", size, size, channels);
            case 5 -> formula("checker", size, size, channels);
            case 6 -> formula("hash", size, size, channels);
            case 7 -> formula("rings", size, size, channels);
            default ->
                Files.readAllBytes(
                        TestData.require("golden/inputs/" + PHOTOGRAPHS.get(index - 8) + "_" + set + ".bin"));
        };
    }

    static byte[] formula(String name, int width, int height, int channels) {
        byte[] image = new byte[width * height * channels];
        for (int i = 0; i < image.length; i++) {
            int c = i % channels;
            int x = i / channels % width;
            int y = i / channels / width;
            image[i] = (byte)
                    switch (name) {
                        case "black" -> 0;
                        case "white" -> 255;
                        case "gradx" -> 255 * x / (width - 1);
                        case "rgbgrad" ->
                            c == 0
                                    ? 255 * x / (width - 1)
                                    : c == 1 ? 255 * y / (height - 1) : 255 * (x + y) / (width + height - 2);
                        case "modmix" -> (7 * x + 13 * y + 101 * c) % 256;
                        case "checker" -> (x / 16 + y / 16 + c) % 2 * 255;
                        case "hash" -> hash(i);
                        case "rings" -> ((square(2 * x - width + 1) + square(2 * y - height + 1)) / 64 + 40 * c) % 256;
                        default -> throw new IllegalArgumentException(name);
                    };
        }
        return image;
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
