package dev.xception.api;

import dev.xception.classification.OverloadedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.coyote.Request;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer to what is too much, made before the servlet container sees the request: {@link ServingProtocol} sends it and keeps the
 * connection, which Tomcat closes after each 503. Under overload both cost more than the refusal itself
 * (docs/decisions/0013-refusals.md). What is not answered here is refused by {@link OverloadFilter}, with the same answer.
 */
@Component
public class QuickRefusal {

    /** Is told of each refusal, which Spring's observation of requests does not see. */
    @FunctionalInterface
    public interface Listener {

        /**
         * A POST was answered with 503.
         *
         * @param path below the context path
         */
        void refused(String path, long nanos);
    }

    /**
     * A refusal, not sent yet.
     *
     * @param path of its request, below the context path
     * @param bytes head and body
     */
    record Answer(String path, ByteBuffer bytes) {}

    /**
     * All that two refusals with the same URI and time have in common.
     *
     * @param head without its last line
     */
    private record Rendered(String uri, Duration retryAfter, String head, ByteBuffer body) {

        ByteBuffer now() {
            byte[] start = (head + "Date: " + FastHttpDateFormat.getCurrentDate() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            return ByteBuffer.allocate(start.length + body.remaining())
                    .put(start)
                    .put(body.duplicate())
                    .flip();
        }
    }

    private final Overload overload;
    private final JsonMapper json;
    private final ApplicationAvailability availability;
    private final Listener listener;
    private volatile @Nullable Rendered last;

    QuickRefusal(Overload overload, JsonMapper json, ApplicationAvailability availability, Listener listener) {
        this.overload = overload;
        this.json = json;
        this.availability = availability;
        this.listener = listener;
    }

    /** The answer to a request that is too much; null for others, and while the server shuts down, when connections have to end. */
    @Nullable
    Answer answer(Request request, String contextPath) {
        // Null in what is no HTTP.
        @Nullable String uri = request.requestURI().toString();
        if (uri == null || !uri.startsWith(contextPath)) {
            return null;
        }
        String path = uri.substring(contextPath.length());
        if (!Overload.concerns(request.getMethod(), path)
                || availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return null;
        }
        OverloadedException refusal =
                overload.refusal(request.queryString().toString(), request.getHeader(Query.TIMEOUT_HEADER));
        if (refusal == null) {
            request.setAttribute(OverloadFilter.LET_IN, true);
            return null;
        }
        return new Answer(path, rendered(uri, refusal).now());
    }

    /** Under overload one refusal is like the one before, so it is made once for both. */
    private Rendered rendered(String uri, OverloadedException refusal) {
        Rendered known = last;
        if (known != null && known.uri.equals(uri) && known.retryAfter.equals(refusal.retryAfter())) {
            return known;
        }
        Rendered made = render(uri, refusal);
        last = made;
        return made;
    }

    private Rendered render(String uri, OverloadedException refusal) {
        ResponseEntity<ProblemDetail> answer = ProblemHandler.answer(refusal, uri);
        byte[] body = json.writeValueAsBytes(answer.getBody());
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(answer.getStatusCode().value())
                .append(" \r\n");
        SecurityHeaders.OF_ANSWERS.forEach((name, value) -> header(head, name, value));
        answer.getHeaders().forEach((name, values) -> header(head, name, values.getFirst()));
        header(head, "Content-Length", Integer.toString(body.length));
        return new Rendered(uri, refusal.retryAfter(), head.toString(), ByteBuffer.wrap(body));
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    void sent(Answer answer, long nanos) {
        listener.refused(answer.path(), nanos);
    }
}
