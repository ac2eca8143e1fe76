package dev.xception.api;

import java.io.IOException;

/** A body that does not hold what the request needs; the message is meant for the caller. */
final class UploadException extends IOException {

    private final Problem problem;

    UploadException(Problem problem, String detail) {
        super(detail);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
