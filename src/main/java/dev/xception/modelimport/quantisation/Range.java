package dev.xception.modelimport.quantisation;

/** From where to where values are told apart. */
record Range(double low, double high) {

    /** So much of it, or more, at both ends. */
    Range times(double factor) {
        return new Range(factor * low, factor * high);
    }

    Range {
        if (!(low <= high)) {
            throw new IllegalArgumentException("no range: " + low + " to " + high);
        }
    }
}
