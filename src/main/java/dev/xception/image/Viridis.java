package dev.xception.image;

/**
 * The colour map viridis (van der Walt and Smith, 2015), between nine of its colours. It is perceptually uniform: equal steps
 * of a value look equal, to colour-blind eyes and in grey too.
 */
final class Viridis {

    private static final int[] COLOURS = {
        0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
    };

    private static final int STEPS = 1024;
    private static final int[] TABLE = table();

    private Viridis() {}

    /** The colour of a value from 0 to 1, as 0xRRGGBB. */
    static int colour(float value) {
        return TABLE[(int) (Math.clamp(value, 0f, 1f) * STEPS + 0.5f)];
    }

    private static int[] table() {
        int[] table = new int[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            float at = (float) i / STEPS * (COLOURS.length - 1);
            int low = Math.min((int) at, COLOURS.length - 2);
            table[i] = mix(COLOURS[low], COLOURS[low + 1], at - low);
        }
        return table;
    }

    /** The colour that lies so far from the first to the second. */
    static int mix(int first, int second, float share) {
        return (mix(first, second, share, 16) << 16)
                | (mix(first, second, share, 8) << 8)
                | mix(first, second, share, 0);
    }

    private static int mix(int first, int second, float share, int shift) {
        int from = (first >> shift) & 0xff;
        int to = (second >> shift) & 0xff;
        return (int) (from + share * (to - from) + 0.5f);
    }
}
