package dev.xception.model;

/** Weights that lie nowhere and cannot be downloaded now. */
final class WeightsUnavailableException extends ModelException {

    WeightsUnavailableException(String message) {
        super(message);
    }
}
