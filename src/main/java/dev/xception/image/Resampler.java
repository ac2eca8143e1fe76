package dev.xception.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Resizes pictures to the same bytes as {@code Image.resize} of Pillow 12.
 *
 * <p>Pillow resizes along rows first, rounds to 8 bits, then along columns; where the picture is more than 100 times as
 * high as wide and gets lower, the other way round. Here both happen in one sweep: an output row needs a few source rows,
 * and those, already resized along the row (see {@link RowPairs}), wait in a ring. So the scratch memory is a few rows,
 * whatever the picture, and the sums along columns run over whole rows, which the compiler turns into vector instructions.
 */
final class Resampler {

    private static final int ROUND = 1 << (AxisWeights.PRECISION_BITS - 1);

    private final Filter filter;

    Resampler(Filter filter) {
        this.filter = filter;
    }

    /**
     * Resizes a picture into a rectangle of {@code target}.
     *
     * @param at place in {@code target} of the rectangle's first byte
     * @param stride bytes from one row of the rectangle to the next
     */
    void resize(PixelRows source, int width, int height, ByteBuffer target, int at, int stride) {
        if (filter == Filter.NEAREST) {
            nearest(source, width, height, target, at, stride);
            return;
        }
        AxisWeights across = new AxisWeights(source.width(), width, filter);
        AxisWeights down = new AxisWeights(source.height(), height, filter);
        if (source.height() > source.width() * 100L && height < source.height()) {
            downFirst(source, across, down, target, at, stride);
        } else {
            acrossFirst(source, across, down, target, at, stride);
        }
    }

    private static void acrossFirst(
            PixelRows source, AxisWeights across, AxisWeights down, ByteBuffer target, int at, int stride) {
        int channels = source.channels();
        int samples = across.first.length * channels;
        RowPairs pairs = new RowPairs(source.width(), channels, across);
        byte[] upper = new byte[source.width() * channels];
        byte[] lower = new byte[upper.length];
        // One more than an output row needs, because rows come in pairs.
        int[][] ring = new int[down.taps + 1][samples];
        int[] sums = new int[samples];
        long[] clipped = new long[samples];
        byte[] row = new byte[samples];
        int last = source.height() - 1;
        int read = down.first[0];
        for (int y = 0; y < down.first.length; y++) {
            int first = down.first[y];
            for (int end = Math.min(first + down.taps, source.height()); read < end; read += 2) {
                source.read(read, upper);
                source.read(Math.min(read + 1, last), lower);
                pairs.resize(upper, lower, ring[read % ring.length], ring[(read + 1) % ring.length]);
            }
            Arrays.fill(sums, ROUND);
            for (int group = 0; group < down.groups(); group++) {
                int slot = first + group * 4;
                int weight = down.place(group, y);
                add(
                        sums,
                        ring[slot % ring.length],
                        (int) down.weights[weight],
                        ring[(slot + 1) % ring.length],
                        (int) down.weights[weight + 1],
                        ring[(slot + 2) % ring.length],
                        (int) down.weights[weight + 2],
                        ring[(slot + 3) % ring.length],
                        (int) down.weights[weight + 3]);
            }
            finish(sums, clipped, row);
            target.put(at + y * stride, row);
        }
    }

    private static void downFirst(
            PixelRows source, AxisWeights across, AxisWeights down, ByteBuffer target, int at, int stride) {
        int channels = source.channels();
        byte[] sourceRow = new byte[source.width() * channels];
        int[] sums = new int[sourceRow.length];
        long[] clipped = new long[sums.length];
        byte[] lowered = new byte[sums.length];
        RowPairs pairs = new RowPairs(source.width(), channels, across);
        int[] resized = new int[across.first.length * channels];
        byte[] row = new byte[resized.length];
        for (int y = 0; y < down.first.length; y++) {
            Arrays.fill(sums, ROUND);
            int first = down.first[y];
            int count = Math.min(down.taps, source.height() - first);
            for (int k = 0; k < count; k++) {
                source.read(first + k, sourceRow);
                int weight = (int) down.weights[down.place(k / 4, y) + k % 4];
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += (sourceRow[i] & 0xff) * weight;
                }
            }
            finish(sums, clipped, lowered);
            pairs.resize(lowered, lowered, resized, resized);
            for (int i = 0; i < row.length; i++) {
                row[i] = (byte) resized[i];
            }
            target.put(at + y * stride, row);
        }
    }

    private static void add(int[] sums, int[] r0, int w0, int[] r1, int w1, int[] r2, int w2, int[] r3, int w3) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += r0[i] * w0 + r1[i] * w1 + r2[i] * w2 + r3[i] * w3;
        }
    }

    /** There are vector instructions from int to long and from long to byte for the compiler, but none from int to byte. */
    private static void finish(int[] sums, long[] clipped, byte[] row) {
        for (int i = 0; i < sums.length; i++) {
            clipped[i] = Math.min(255, Math.max(0, sums[i] >> AxisWeights.PRECISION_BITS));
        }
        for (int i = 0; i < sums.length; i++) {
            row[i] = (byte) clipped[i];
        }
    }

    /** Pillow's affine transform: centres of the output pixels, summed up in double precision. */
    private static void nearest(PixelRows source, int width, int height, ByteBuffer target, int at, int stride) {
        int channels = source.channels();
        int[] columns = centres(source.width(), width);
        int[] rows = centres(source.height(), height);
        byte[] sourceRow = new byte[source.width() * channels];
        byte[] row = new byte[width * channels];
        int read = -1;
        for (int y = 0; y < height; y++) {
            if (rows[y] != read) {
                read = rows[y];
                source.read(read, sourceRow);
                for (int x = 0; x < width; x++) {
                    System.arraycopy(sourceRow, columns[x] * channels, row, x * channels, channels);
                }
            }
            target.put(at + y * stride, row);
        }
    }

    private static int[] centres(int from, int to) {
        int[] centres = new int[to];
        double scale = (double) from / to;
        double centre = scale * 0.5;
        for (int i = 0; i < to; i++) {
            centres[i] = Math.min((int) centre, from - 1);
            centre += scale;
        }
        return centres;
    }
}
