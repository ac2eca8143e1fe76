package dev.xception.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tells whether the caller of a request is still there, which servlets cannot: Tomcat is asked to look, without waiting, what
 * has come after the body. That is the end of the connection where the caller has closed it, or its side of it; what else it
 * finds is kept for the next request, and hides an end behind it.
 */
final class CallerWatch extends ValveBase {

    private static final String CALLER = CallerWatch.class.getName();

    CallerWatch() {
        super(true);
    }

    /**
     * Whether the caller is known to be gone: of HTTP/1.1 alone. Any thread may ask while the request's own thread neither
     * reads nor writes.
     */
    static boolean isCallerGone(HttpServletRequest request) {
        return request.getAttribute(CALLER) instanceof Caller caller && caller.isGone();
    }

    private record Caller(SocketWrapperBase<?> socket) {

        /** The pictures of a batch may ask at the same time, and the socket's buffer is for one thread. */
        synchronized boolean isGone() {
            try {
                socket.isReadyForRead();
                return false;
            } catch (IOException e) {
                return true;
            }
        }
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        SocketWrapperBase<?> socket = ServingProtocol.socket(request.getCoyoteRequest());
        if (socket != null) {
            request.setAttribute(CALLER, new Caller(socket));
        }
        getNext().invoke(request, response);
    }
}
