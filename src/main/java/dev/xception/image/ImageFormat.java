package dev.xception.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The picture formats that are read, told apart by their first bytes. */
public enum ImageFormat {
    JPEG("image/jpeg"),
    PNG("image/png"),
    GIF("image/gif"),
    BMP("image/bmp"),
    WEBP("image/webp"),
    TIFF("image/tiff");

    private final String mediaType;

    ImageFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** The format that the first bytes announce, if it is one of these. */
    public static Optional<ImageFormat> of(byte[] encoded) {
        ImageFormat format = null;
        if (starts(encoded, 0, "\u00ff\u00d8\u00ff")) {
            format = JPEG;
        } else if (starts(encoded, 0, "\u0089PNG\r\n\u001a\n")) {
            format = PNG;
        } else if (starts(encoded, 0, "GIF87a") || starts(encoded, 0, "GIF89a")) {
            format = GIF;
        } else if (starts(encoded, 0, "BM")) {
            format = BMP;
        } else if (starts(encoded, 0, "RIFF") && starts(encoded, 8, "WEBP")) {
            format = WEBP;
        } else if (starts(encoded, 0, "II*\0")
                || starts(encoded, 0, "MM\0*")
                || starts(encoded, 0, "II+\0")
                || starts(encoded, 0, "MM\0+")) {
            format = TIFF;
        }
        return Optional.ofNullable(format);
    }

    private static boolean starts(byte[] encoded, int at, String signature) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            if (at + i >= encoded.length || encoded[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
