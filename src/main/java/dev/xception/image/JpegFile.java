package dev.xception.image;

/** The structure of a JPEG file (ITU-T T.81, annex B): markers, each with its segment, and scans of coded data. */
final class JpegFile {

    /** More scans than any encoder writes; each costs a pass over the whole picture. */
    private static final int MAX_SCANS = 100;

    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;

    private JpegFile() {}

    static ImageHeader header(Bytes jpeg) {
        int at = nextMarker(jpeg, 2);
        while (!startsFrame(jpeg.u8(at))) {
            int marker = jpeg.u8(at);
            if (marker == SOS || marker == EOI) {
                throw InvalidImageException.undecodable("the JPEG has no frame header");
            }
            at = nextMarker(jpeg, afterSegment(jpeg, at));
        }
        return new ImageHeader(ImageFormat.JPEG, jpeg.u16be(at + 6), jpeg.u16be(at + 4), copies(jpeg, at));
    }

    /**
     * With several scans a decoder keeps all coefficients, two bytes for each sample, beside three bytes for each pixel; a
     * picture that is turned has a copy when the coefficients are gone.
     */
    private static int copies(Bytes jpeg, int frame) {
        int components = jpeg.u8(frame + 8);
        if (severalScans(jpeg, frame, components)) {
            return 1 + Math.ceilDiv(2 * components, 3);
        }
        return isTurned(jpeg) ? 2 : 1;
    }

    private static boolean isTurned(Bytes jpeg) {
        int at = nextMarker(jpeg, 2);
        while (jpeg.u8(at) != SOS && jpeg.u8(at) != EOI) {
            int next = afterSegment(jpeg, at);
            if (jpeg.u8(at) == APP1
                    && jpeg.has(at + 3, "Exif\0\0")
                    && TiffFile.isTurned(jpeg.part(at + 9, next - (at + 9)))) {
                return true;
            }
            at = nextMarker(jpeg, next);
        }
        return false;
    }

    private static boolean severalScans(Bytes jpeg, int frame, int components) {
        if (isProgressive(jpeg.u8(frame))) {
            return true;
        }
        int at = frame;
        while (jpeg.u8(at) != SOS && jpeg.u8(at) != EOI) {
            at = nextMarker(jpeg, afterSegment(jpeg, at));
        }
        return jpeg.u8(at) == SOS && jpeg.u8(at + 3) < components;
    }

    /**
     * Refuses a JPEG that is cut short or that would keep a decoder busy with endless scans. A picture whose first scan
     * holds everything is left to the decoder, which reads no further.
     */
    static void check(Bytes jpeg) {
        int at = nextMarker(jpeg, 2);
        int components = 0;
        boolean progressive = false;
        int scans = 0;
        while (jpeg.u8(at) != EOI) {
            int marker = jpeg.u8(at);
            int next = afterSegment(jpeg, at);
            if (startsFrame(marker)) {
                components = jpeg.u8(at + 8);
                progressive = isProgressive(marker);
            } else if (marker == SOS) {
                if (!progressive && jpeg.u8(at + 3) >= components) {
                    return;
                }
                if (++scans > MAX_SCANS) {
                    throw InvalidImageException.undecodable("the JPEG has more than " + MAX_SCANS + " scans");
                }
            }
            at = nextMarker(jpeg, next);
        }
    }

    private static boolean isProgressive(int frame) {
        return frame == 0xc2 || frame == 0xca;
    }

    private static boolean startsFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /** The place behind a marker's segment; a marker between 0xd0 and 0xd8 has none. */
    private static int afterSegment(Bytes jpeg, int at) {
        int marker = jpeg.u8(at);
        boolean bare = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        return bare ? at + 1 : at + 1 + Math.max(2, jpeg.u16be(at + 1));
    }

    /** The place of the next marker's code, behind any coded data, stuffed zeros, restart markers and fill bytes. */
    private static int nextMarker(Bytes jpeg, int from) {
        byte[] array = jpeg.array();
        for (int i = from; i + 1 < array.length; i++) {
            if (array[i] == (byte) 0xff) {
                int code = array[i + 1] & 0xff;
                if (code != 0 && code != 0xff && !(code >= 0xd0 && code <= 0xd7)) {
                    return i + 1;
                }
            }
        }
        throw InvalidImageException.undecodable("the JPEG is cut short");
    }
}
