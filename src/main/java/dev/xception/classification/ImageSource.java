package dev.xception.classification;

import dev.xception.classification.AdmissionLimit.Permit;
import java.io.IOException;

/** Where the encoded bytes of one picture come from: they are read only once the request has been admitted. */
public interface ImageSource {

    /**
     * Asks to be read.
     *
     * @throws OverloadedException at once, if there is too much work already
     * @throws UnavailableException if the server is shutting down
     */
    Permit admit(AdmissionLimit limit);

    /**
     * The encoded picture.
     *
     * @param permit what {@link #admit} gave
     */
    byte[] read(Permit permit) throws IOException;

    /** A picture that is in memory: what brought it there was admitted. */
    static ImageSource of(byte[] encoded) {
        return new ImageSource() {
            @Override
            public Permit admit(AdmissionLimit limit) {
                return Permit.PART_OF_A_REQUEST;
            }

            @Override
            public byte[] read(Permit permit) {
                return encoded;
            }
        };
    }
}
