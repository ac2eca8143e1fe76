package dev.xception.classification;

import dev.xception.classification.AdmissionLimit.Permit;
import java.io.IOException;
import java.util.function.BooleanSupplier;

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

    /**
     * Whether nobody waits for the answer any more, as far as can be told. Asked after {@link #read}, by any thread while the
     * one that classifies waits; returns at once.
     */
    default boolean callerGone() {
        return false;
    }

    /** A picture that is in memory: what brought it there was admitted. */
    static ImageSource of(byte[] encoded) {
        return of(encoded, () -> false);
    }

    /** A picture that is in memory, and how to tell that nobody waits for its answer any more. */
    static ImageSource of(byte[] encoded, BooleanSupplier callerGone) {
        return new ImageSource() {
            @Override
            public Permit admit(AdmissionLimit limit) {
                return Permit.PART_OF_A_REQUEST;
            }

            @Override
            public byte[] read(Permit permit) {
                return encoded;
            }

            @Override
            public boolean callerGone() {
                return callerGone.getAsBoolean();
            }
        };
    }
}
