package dev.xception.modelimport.quantisation;

import java.nio.FloatBuffer;

/** The values of a tensor {@code [1, C, ...]}, changed channel by channel. */
final class ChannelValues {

    private ChannelValues() {}

    /** What becomes of a value in a channel. */
    @FunctionalInterface
    interface Change {
        double of(double value, int channel);
    }

    static FloatBuffer changed(FloatBuffer values, int channels, Change change) {
        FloatBuffer changed = FloatBuffer.allocate(values.remaining());
        int perChannel = values.remaining() / channels;
        for (int i = 0; i < changed.capacity(); i++) {
            changed.put(i, (float) change.of(values.get(i), i / perChannel));
        }
        return changed;
    }
}
