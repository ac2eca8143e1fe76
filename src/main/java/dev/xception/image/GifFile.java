package dev.xception.image;

import java.util.Arrays;

/** The structure of a GIF file (GIF89a): a screen, then blocks, the first image among them. */
final class GifFile {

    private static final int SCREEN = 6;
    private static final int BACKGROUND = 11;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int GRAPHIC_CONTROL = 0xf9;

    /** The decoder keeps indices, and four bytes a pixel, beside the pixels. */
    private static final int COPIES = 3;

    /** More than any encoder writes in a picture within the limits; the decoder makes a table of 128 KB at each. */
    private static final int MAX_CLEARS = 100_000;

    private static final int MAX_CODE_BITS = 12;

    private GifFile() {}

    /** The screen, grown to hold the first image where that is larger, as Pillow does. */
    static ImageHeader header(Bytes gif) {
        int image = findImage(gif).image;
        return new ImageHeader(
                ImageFormat.GIF,
                Math.max(gif.u16le(SCREEN), gif.u16le(image + 1) + gif.u16le(image + 5)),
                Math.max(gif.u16le(SCREEN + 2), gif.u16le(image + 3) + gif.u16le(image + 7)),
                COPIES);
    }

    /**
     * The first image alone, opaque as Pillow's {@code convert("RGB")} makes it: transparent pixels show their palette
     * colour, and so does the screen around the image; without transparency the screen takes colour 0.
     */
    static byte[] firstImage(Bytes gif) {
        ImageHeader header = header(gif);
        Blocks blocks = findImage(gif);
        int end = afterSubBlocks(gif, minimumCodeSize(gif, blocks) + 1);
        if (clears(gif) > MAX_CLEARS) {
            throw InvalidImageException.undecodable("the GIF clears its codes more than " + MAX_CLEARS + " times");
        }

        byte[] first = Arrays.copyOf(gif.array(), end + 1);
        first[end] = TRAILER;
        putU16le(first, SCREEN, header.width());
        putU16le(first, SCREEN + 2, header.height());
        first[BACKGROUND] = 0;
        int control = blocks.graphicControl;
        if (control >= 0) {
            boolean transparent = (gif.u8(control + 3) & 1) == 1;
            // Nor what happens to it before the next picture.
            first[control + 3] = 0;
            if (transparent && gif.u8(control + 6) < colourTable(gif, SCREEN + 4) / 3) {
                first[BACKGROUND] = first[control + 6];
            }
        }
        return first;
    }

    /**
     * How often the coded data begin anew. The width of a code follows from the number of codes since the table was cleared
     * (GIF89a, appendix F).
     */
    static int clears(Bytes gif) {
        int minimumCodeSize = minimumCodeSize(gif, findImage(gif));
        int colourBits = Math.min(gif.u8(minimumCodeSize), MAX_CODE_BITS);
        int clear = 1 << colourBits;
        int clears = 0;
        int width = colourBits + 1;
        int entries = clear + 1;
        int bits = 0;
        int held = 0;
        for (int block = minimumCodeSize + 1; gif.u8(block) != 0; block += gif.u8(block) + 1) {
            for (int at = block + 1; at <= block + gif.u8(block); at++) {
                bits |= gif.u8(at) << held;
                held += 8;
                while (held >= width) {
                    int code = bits & ((1 << width) - 1);
                    bits >>>= width;
                    held -= width;
                    if (code == clear || code == clear + 1) {
                        clears++;
                        width = colourBits + 1;
                        entries = clear + 1;
                    } else if (++entries == 1 << width && width < MAX_CODE_BITS) {
                        width++;
                    }
                }
            }
        }
        return clears;
    }

    /** Where the size of the shortest code stands, right before the coded data. */
    private static int minimumCodeSize(Bytes gif, Blocks blocks) {
        return blocks.image + 10 + colourTable(gif, blocks.image + 9);
    }

    /** Where the first image descriptor stands, and the graphic control extension before it (-1 without one). */
    private record Blocks(int image, int graphicControl) {}

    private static Blocks findImage(Bytes gif) {
        int at = SCREEN + 7 + colourTable(gif, SCREEN + 4);
        int control = -1;
        while (gif.u8(at) != IMAGE) {
            if (gif.u8(at) != EXTENSION) {
                throw InvalidImageException.undecodable("the GIF holds no image");
            }
            if (gif.u8(at + 1) == GRAPHIC_CONTROL && gif.u8(at + 2) >= 4) {
                control = at;
            }
            at = afterSubBlocks(gif, at + 2);
        }
        return new Blocks(at, control);
    }

    /** Bytes of the colour table that the flags at this place announce. */
    private static int colourTable(Bytes gif, int flags) {
        return (gif.u8(flags) & 0x80) == 0 ? 0 : 3 * (2 << (gif.u8(flags) & 7));
    }

    private static int afterSubBlocks(Bytes gif, int from) {
        int at = from;
        while (gif.u8(at) != 0) {
            at += gif.u8(at) + 1;
        }
        return at + 1;
    }

    private static void putU16le(byte[] array, int at, int value) {
        array[at] = (byte) value;
        array[at + 1] = (byte) (value >> 8);
    }
}
