package dev.xception.image;

import java.nio.ByteBuffer;

/**
 * Brings a picture to the bytes that a model takes: fit, grey where the model is grey, then resize. The same as Pillow's
 * {@code crop}, {@code convert("L")}, {@code resize} and {@code ImageOps.pad}, byte for byte. It holds no state, so any
 * number of threads may share it.
 */
public final class Preprocessor {

    private final InputShape shape;
    private final Resampler resampler;

    public Preprocessor(InputShape shape, Filter filter) {
        this.shape = shape;
        this.resampler = new Resampler(filter);
    }

    public InputShape shape() {
        return shape;
    }

    /**
     * Writes the model's picture to the first {@link InputShape#bytes()} bytes of {@code target}, whose position and limit
     * stay as they are.
     */
    public void preprocess(RgbImage image, Fit fit, ByteBuffer target) {
        if (target.capacity() < shape.bytes()) {
            throw new IllegalArgumentException("the target has " + target.capacity() + " bytes, not the "
                    + shape.bytes() + " of the model's picture");
        }
        Part part =
                fit == Fit.CROP ? centre(image.width(), image.height()) : new Part(0, 0, image.width(), image.height());
        PixelRows rows = new PartRows(image, part, shape.channels());
        Part place =
                fit == Fit.PAD ? place(image.width(), image.height()) : new Part(0, 0, shape.width(), shape.height());
        int stride = shape.width() * shape.channels();
        if (fit == Fit.PAD) {
            target.put(0, new byte[shape.bytes()]);
        }
        resampler.resize(
                rows, place.width, place.height, target, place.y * stride + place.x * shape.channels(), stride);
    }

    /** The part of an upright picture of this size that fills the model's input. */
    public Region region(int width, int height, Fit fit) {
        return switch (fit) {
            case SQUASH -> new Region(0, 0, width, height);
            case CROP -> {
                Part part = centre(width, height);
                yield new Region(part.x, part.y, part.width, part.height);
            }
            case PAD -> {
                Part place = place(width, height);
                double across = (double) width / place.width;
                double down = (double) height / place.height;
                yield new Region(-place.x * across, -place.y * down, shape.width() * across, shape.height() * down);
            }
        };
    }

    /** A rectangle of whole pixels. */
    private record Part(int x, int y, int width, int height) {}

    /** The largest centred part of the picture with the model's aspect ratio. */
    private Part centre(int width, int height) {
        int partWidth = (int) Math.min(width, Math.max(1, (long) height * shape.width() / shape.height()));
        int partHeight = (int) Math.min(height, Math.max(1, (long) width * shape.height() / shape.width()));
        return new Part((width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight);
    }

    /** Where the whole picture comes to lie in the model's input when its aspect ratio is kept. */
    private Part place(int width, int height) {
        int placeWidth = shape.width();
        int placeHeight = shape.height();
        if ((long) width * shape.height() > (long) height * shape.width()) {
            placeHeight = Math.max(1, (int) Math.rint((double) height / width * shape.width()));
        } else {
            placeWidth = Math.max(1, (int) Math.rint((double) width / height * shape.height()));
        }
        return new Part(
                (int) Math.rint((shape.width() - placeWidth) * 0.5),
                (int) Math.rint((shape.height() - placeHeight) * 0.5),
                placeWidth,
                placeHeight);
    }

    /** The rows of a part of a picture, in the model's channels. */
    private record PartRows(RgbImage image, Part part, int channels) implements PixelRows {

        @Override
        public int width() {
            return part.width;
        }

        @Override
        public int height() {
            return part.height;
        }

        @Override
        public void read(int y, byte[] row) {
            if (channels == RgbImage.CHANNELS) {
                image.readRow(part.y + y, part.x, part.width, row);
                return;
            }
            byte[] rgb = new byte[part.width * RgbImage.CHANNELS];
            image.readRow(part.y + y, part.x, part.width, rgb);
            for (int x = 0; x < part.width; x++) {
                row[x] = luma(rgb[3 * x] & 0xff, rgb[3 * x + 1] & 0xff, rgb[3 * x + 2] & 0xff);
            }
        }

        /** Pillow's conversion to L: ITU-R 601 weights in 16-bit fixed point. */
        private static byte luma(int red, int green, int blue) {
            return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
        }
    }
}
