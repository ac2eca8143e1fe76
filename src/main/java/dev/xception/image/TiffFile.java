package dev.xception.image;

/** The structure of a TIFF or BigTIFF file: directories of tags; the first one describes the first picture. */
final class TiffFile {

    private static final int IMAGE_WIDTH = 256;
    private static final int IMAGE_LENGTH = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_LENGTH = 323;
    private static final int EXTRA_SAMPLES = 338;
    private static final int UNASSOCIATED_ALPHA = 2;

    /** A tile may overhang the picture, but not by more than this. */
    private static final int MAX_OVERHANG = 1024;

    /** More strips or tiles than encoders write; the decoder begins anew with each, which takes up to 0.1 ms. */
    private static final int MAX_BLOCKS = 20_000;

    private static final int MAX_BYTES_PER_PIXEL = 64;

    private TiffFile() {}

    static ImageHeader header(Bytes tiff) {
        Directory directory = new Directory(tiff);
        ImageHeader header =
                ImageHeader.of(ImageFormat.TIFF, directory.number(IMAGE_WIDTH, 0), directory.number(IMAGE_LENGTH, 0));
        Block block = block(directory, header);
        if (block.width < 1 || block.height < 1) {
            throw InvalidImageException.undecodable("the strips or tiles of the TIFF are empty");
        }
        if (block.width > header.width() + (long) MAX_OVERHANG
                || block.height > header.height() + (long) MAX_OVERHANG
                || block.pixels() > Math.max(2 * header.pixels(), (long) MAX_OVERHANG * MAX_OVERHANG)) {
            throw InvalidImageException.undecodable("the tiles of the TIFF are larger than its picture");
        }
        if (Math.ceilDiv(header.width(), block.width) * Math.ceilDiv(header.height(), block.height) > MAX_BLOCKS) {
            throw InvalidImageException.undecodable("the TIFF has more than " + MAX_BLOCKS + " strips or tiles");
        }
        return header.withCopies(copies(directory, header, block));
    }

    /** What is decoded at once: a strip or a tile. */
    private record Block(long width, long height) {

        long pixels() {
            return width * height;
        }
    }

    private static Block block(Directory directory, ImageHeader header) {
        long tileWidth = directory.number(TILE_WIDTH, 0);
        if (tileWidth > 0) {
            return new Block(tileWidth, directory.number(TILE_LENGTH, 0));
        }
        return new Block(header.width(), Math.min(header.height(), directory.number(ROWS_PER_STRIP, header.height())));
    }

    /** A block is held as it is stored and as four bytes a pixel, beside the picture; one that is turned is copied later. */
    private static int copies(Directory directory, ImageHeader header, Block block) {
        long stored = Math.ceilDiv(directory.number(SAMPLES_PER_PIXEL, 1) * directory.number(BITS_PER_SAMPLE, 1), 8);
        if (stored < 0 || stored > MAX_BYTES_PER_PIXEL) {
            throw InvalidImageException.undecodable("a pixel of the TIFF has " + stored + " bytes");
        }
        double share = (double) block.pixels() / header.pixels();
        return Math.max(1 + (int) Math.ceil(share * (stored + 4) / 3), turns(directory) ? 2 : 1);
    }

    /** Whether EXIF metadata, which are a TIFF, say that a picture's width and height change places. */
    static boolean isTurned(Bytes exif) {
        try {
            return turns(new Directory(exif));
        } catch (InvalidImageException e) {
            // The decoder does not turn by what it cannot read.
            return false;
        }
    }

    private static boolean turns(Directory directory) {
        long orientation = directory.number(ORIENTATION, 1);
        return orientation >= 5 && orientation <= 8;
    }

    /**
     * The picture with its alpha declared as a sample without meaning: libtiff would multiply it into the colours. Strips
     * that claim more rows than the picture has are cut to it, which bounds the memory of the decoder.
     */
    static byte[] opaque(Bytes tiff) {
        Directory directory = new Directory(new Bytes(tiff.array().clone()));
        if (directory.number(EXTRA_SAMPLES, 0) == UNASSOCIATED_ALPHA) {
            directory.put(EXTRA_SAMPLES, 0);
        }
        long height = directory.number(IMAGE_LENGTH, 0);
        if (directory.number(ROWS_PER_STRIP, height) > height) {
            directory.put(ROWS_PER_STRIP, height);
        }
        if (!header(directory.bytes).equals(header(tiff))) {
            // The tags overlap.
            throw InvalidImageException.undecodable("the directory of the TIFF is broken");
        }
        return directory.bytes.array();
    }

    /** The first directory of a file. */
    private static final class Directory {

        private static final int SHORT = 3;
        private static final int LONG = 4;
        private static final int LONG8 = 16;

        private final Bytes bytes;
        private final boolean littleEndian;
        private final boolean big;
        private final long start;
        private final long entries;

        Directory(Bytes bytes) {
            this.bytes = bytes;
            this.littleEndian = bytes.u8(0) == 'I';
            this.big = u16(2) == 43;
            long at = big ? u64(8) : u32(4);
            this.entries = big ? u64(at) : u16(at);
            this.start = at + (big ? 8 : 2);
        }

        /** The first value of a tag of whole numbers, or the default where there is no such tag. */
        long number(int tag, long absent) {
            long entry = find(tag);
            if (entry < 0) {
                return absent;
            }
            return switch (u16(entry + 2)) {
                case SHORT -> u16(valueOf(entry));
                case LONG -> u32(valueOf(entry));
                case LONG8 -> u64(valueOf(entry));
                default -> throw InvalidImageException.undecodable("tag " + tag + " of the TIFF is no whole number");
            };
        }

        /** Overwrites the first value of a tag that is there; the value fits in 16 bits or the tag holds more. */
        void put(int tag, long value) {
            long entry = find(tag);
            int size = u16(entry + 2) == SHORT ? 2 : u16(entry + 2) == LONG ? 4 : 8;
            for (int i = 0; i < size; i++) {
                int shift = 8 * (littleEndian ? i : size - 1 - i);
                bytes.array()[(int) valueOf(entry) + i] = (byte) (value >> shift);
            }
        }

        private long find(int tag) {
            int size = big ? 20 : 12;
            for (long i = 0; i < entries; i++) {
                if (u16(start + i * size) == tag) {
                    return start + i * size;
                }
            }
            return -1;
        }

        /** Where an entry's first value stands: in the entry itself if all its values fit there. */
        private long valueOf(long entry) {
            long count = big ? u64(entry + 4) : u32(entry + 4);
            long place = entry + (big ? 12 : 8);
            long width = u16(entry + 2) == SHORT ? 2 : u16(entry + 2) == LONG ? 4 : 8;
            boolean inside = count <= (big ? 8 : 4) / width;
            if (inside) {
                return place;
            }
            return big ? u64(place) : u32(place);
        }

        private int u16(long at) {
            return littleEndian ? bytes.u16le(at) : bytes.u16be(at);
        }

        private long u32(long at) {
            return littleEndian ? bytes.u32le(at) : bytes.u32be(at);
        }

        /** An unsigned 64-bit number; one that does not fit becomes a place outside any file. */
        private long u64(long at) {
            long high = u32(littleEndian ? at + 4 : at);
            long low = u32(littleEndian ? at : at + 4);
            return high > Integer.MAX_VALUE ? Long.MAX_VALUE : (high << 32) | low;
        }
    }
}
