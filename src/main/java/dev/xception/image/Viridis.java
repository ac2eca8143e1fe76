package dev.xception.image;

/**
 * The colour map viridis (van der Walt and Smith, 2015), between nine of its colours. It is perceptually uniform: equal steps
 * of a value look equal, to colour-blind eyes and in grey too.
 */
final class Viridis {

    private static final int[] COLOURS = {
        0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
    };

    private Viridis() {}

    /** The colour of a value from 0 to 1, as 0xRRGGBB. */
    static int colour(float value) {
        float at = Math.clamp(value, 0f, 1f) * (COLOURS.length - 1);
        int low = Math.min((int) at, COLOURS.length - 2);
        return mix(COLOURS[low], COLOURS[low + 1], at - low);
    }

    /** The colour that lies so far from the first to the second. */
    static int mix(int first, int second, float share) {
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = (first >> shift) & 0xff;
            int to = (second >> shift) & 0xff;
            colour |= Math.round(from + share * (to - from)) << shift;
        }
        return colour;
    }
}
