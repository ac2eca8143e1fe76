package dev.xception.bench;

import java.util.Map;

/** What became of one request, as its caller sees it. */
sealed interface Outcome {

    /**
     * It has an HTTP answer.
     *
     * @param stageMillis what the server says of its stages in {@code Server-Timing}
     */
    record Answered(int status, Map<String, Double> stageMillis) implements Outcome {}

    /** Nobody took the connection, or it broke before the whole request was sent: the server never had the request. */
    record NotAccepted() implements Outcome {}

    /**
     * The connection broke after the whole request was sent, and there was no answer.
     *
     * <p>This counts as lost, always. A caller cannot tell whether the server had read the request or had closed an idle
     * connection at the same moment (RFC 9112, section 9.5); a server that says {@code Connection: close} before it closes
     * leaves no such doubt, and is expected to.
     */
    record Lost() implements Outcome {}

    /** The caller closed the connection when its patience was at its end. */
    record HungUp() implements Outcome {}
}
