package dev.xception.classification;

import java.io.IOException;

/** Where the encoded bytes of one picture come from: they are read only once the picture has been admitted. */
public interface ImageSource {

    /** Most bytes that reading will bring into memory; 0 if they are there already and accounted for. */
    long bytesToRead();

    /** The encoded picture. */
    byte[] read() throws IOException;

    /** A picture that is in memory. */
    static ImageSource of(byte[] encoded) {
        return new ImageSource() {
            @Override
            public long bytesToRead() {
                return 0;
            }

            @Override
            public byte[] read() {
                return encoded;
            }
        };
    }
}
