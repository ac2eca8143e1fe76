package dev.xception.api;

import dev.xception.classification.OverloadedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.Request;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses what is too much before the servlet container sees it, and keeps the connection, which Tomcat closes after each 503.
 * Under overload both costs more than the refusal itself (docs/decisions/0013-refusals.md).
 *
 * <p>Only ordinary uploads are refused here: those of a length that is announced and read to its end, on a connection that goes on
 * after them. The others pass, and are refused by {@link OverloadFilter}.
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

    private final Overload overload;
    private final JsonMapper json;
    private final Listener listener;
    private final ApplicationAvailability availability;
    private final String contextPath;
    private final boolean logged;

    /**
     * @param logged whether every answer has to be in Tomcat's access log: then none is given here
     */
    QuickRefusal(
            Overload overload,
            JsonMapper json,
            Listener listener,
            ApplicationAvailability availability,
            @Value("${server.servlet.context-path:}") String contextPath,
            @Value("${server.tomcat.accesslog.enabled:false}") boolean logged) {
        this.overload = overload;
        this.json = json;
        this.listener = listener;
        this.availability = availability;
        this.contextPath = contextPath;
        this.logged = logged;
    }

    /**
     * Answers a request that is too much.
     *
     * @param maxSwallowSize most bytes of a refused body that are read; negative for no bound
     * @return whether it was answered
     * @throws IOException if the answer could not be sent
     */
    boolean refuses(Request request, SocketWrapperBase<?> socket, int maxSwallowSize) throws IOException {
        // Null in what is no HTTP.
        @Nullable String uri = request.requestURI().toString();
        if (logged || uri == null || !uri.startsWith(contextPath)) {
            return false;
        }
        String path = uri.substring(contextPath.length());
        if (!Overload.concerns(request.getMethod(), path)
                || !keepsConnection(request, socket, maxSwallowSize)
                || availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return false;
        }
        long start = System.nanoTime();
        OverloadedException refusal =
                overload.refusal(request.queryString().toString(), request.getHeader(Query.TIMEOUT_HEADER));
        if (refusal == null) {
            return false;
        }
        byte[] answer = answer(refusal, uri);
        socket.write(true, answer, 0, answer.length);
        socket.flush(true);
        listener.refused(path, System.nanoTime() - start);
        return true;
    }

    /** Whether Tomcat will read this request to its end and then wait for the next one. */
    private static boolean keepsConnection(Request request, SocketWrapperBase<?> socket, int maxSwallowSize) {
        String connection = request.getHeader("Connection");
        return request.protocol().equals("HTTP/1.1")
                && (connection == null || connection.equalsIgnoreCase("keep-alive"))
                && !request.hasExpectation()
                && request.getHeader("Transfer-Encoding") == null
                && (maxSwallowSize < 0 || request.getContentLengthLong() <= maxSwallowSize)
                && requestsLeft(socket) > 0;
    }

    /** How many more requests the connection may carry. Tomcat can only count. */
    private static int requestsLeft(SocketWrapperBase<?> socket) {
        int left = socket.decrementKeepAlive() + 1;
        socket.setKeepAliveLeft(left);
        return left;
    }

    private byte[] answer(OverloadedException e, String uri) {
        ResponseEntity<ProblemDetail> refusal = ProblemHandler.answer(e, uri);
        byte[] body = json.writeValueAsBytes(refusal.getBody());
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(refusal.getStatusCode().value())
                .append(" \r\n");
        SecurityHeaders.OF_ANSWERS.forEach((name, value) -> header(head, name, value));
        refusal.getHeaders().forEach((name, values) -> header(head, name, values.getFirst()));
        header(head, "Content-Length", Integer.toString(body.length));
        header(head, "Date", FastHttpDateFormat.getCurrentDate());
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] answer = new byte[start.length + body.length];
        System.arraycopy(start, 0, answer, 0, start.length);
        System.arraycopy(body, 0, answer, start.length, body.length);
        return answer;
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
