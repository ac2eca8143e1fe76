package dev.xception.modelimport.quantisation;

/** The quantised model differs too much from the float one to be used; the message is one line with both numbers. */
public final class InsufficientAgreementException extends RuntimeException {

    InsufficientAgreementException(String message) {
        super(message);
    }
}
