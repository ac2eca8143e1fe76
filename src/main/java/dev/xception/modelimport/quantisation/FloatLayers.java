package dev.xception.modelimport.quantisation;

import java.util.List;

/** Which layers of a quantised model stay float. A depthwise convolution that only such layers read stays float with them. */
public sealed interface FloatLayers {

    FloatLayers NONE = new Worst(0);

    /** One, two, four, ... of those that cost the model most, until the model agrees enough; a quarter of all at most. */
    record AsNeeded() implements FloatLayers {}

    /** So many, those that cost the model most. */
    record Worst(int count) implements FloatLayers {

        public Worst {
            if (count < 0) {
                throw new IllegalArgumentException("the number of float layers must not be negative: " + count);
            }
        }
    }

    /** Those with these results. */
    record Named(List<String> layers) implements FloatLayers {

        public Named {
            layers = List.copyOf(layers);
        }
    }
}
