package dev.xception.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Pictures drawn by formula, so that tests need no files. */
final class Pictures {

    private Pictures() {}

    /** A sample of a formula picture. */
    @FunctionalInterface
    interface Formula {
        int at(int x, int y, int channel);
    }

    /** Red grows to the right, green downwards, blue along the diagonal. */
    static final Formula GRADIENT = (x, y, c) -> c == 0 ? 5 * x : c == 1 ? 7 * y : 3 * (x + y);

    static byte[] draw(int width, int height, Formula formula) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) formula.at(x, y, c);
                }
            }
        }
        return rgb;
    }

    static RgbImage image(int width, int height, byte[] rgb) {
        return new RgbImage(ImageFormat.PNG, width, height, ByteBuffer.wrap(rgb), () -> {});
    }

    static RgbImage image(int width, int height, Formula formula) {
        return image(width, height, draw(width, height, formula));
    }

    static byte[] pixels(RgbImage image) {
        byte[] rgb = new byte[image.width() * image.height() * 3];
        byte[] row = new byte[image.width() * 3];
        for (int y = 0; y < image.height(); y++) {
            image.readRow(y, 0, image.width(), row);
            System.arraycopy(row, 0, rgb, y * row.length, row.length);
        }
        return rgb;
    }

    static byte[] preprocess(RgbImage image, Fit fit, Filter filter, InputShape shape) {
        ByteBuffer target = ByteBuffer.allocateDirect(shape.bytes());
        new Preprocessor(shape, filter).preprocess(image, fit, target);
        byte[] bytes = new byte[shape.bytes()];
        target.get(0, bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
