package dev.xception.modelimport.quantisation;

/** From where to where values are told apart. */
record Range(double low, double high) {

    Range {
        if (!(low <= high)) {
            throw new IllegalArgumentException("no range: " + low + " to " + high);
        }
    }
}
