package dev.xception.api;

/** A request that cannot be served as it is; the message is meant for the caller. */
final class RequestException extends RuntimeException {

    private final Problem problem;

    RequestException(Problem problem, String detail) {
        super(detail, null, true, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
