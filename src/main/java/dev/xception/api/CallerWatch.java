package dev.xception.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/**
 * Tells whether the caller of a request is still there, which servlets cannot: Tomcat is asked to look, without waiting, what
 * has come after the body. That is the end of the connection where the caller has closed it, or its side of it; what else it
 * finds is kept for the next request, and hides an end behind it.
 */
public final class CallerWatch {

    private static final String CALLER = CallerWatch.class.getName();

    /** The first that Tomcat leaves to others. */
    private static final int SOCKET_NOTE = 17;

    private CallerWatch() {}

    /** Lets the requests of this server be watched. */
    public static void install(TomcatServletWebServerFactory factory) {
        factory.setProtocol(WatchedProtocol.class.getName());
        factory.addContextValves(new Valve());
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

    /** HTTP/1.1 whose requests know their sockets. Tomcat makes it by its name. */
    public static final class WatchedProtocol extends Http11NioProtocol {

        @Override
        protected Processor createProcessor() {
            return new WatchedProcessor(this, getAdapter());
        }
    }

    private static final class WatchedProcessor extends Http11Processor {

        WatchedProcessor(Http11NioProtocol protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            note(socket);
            try {
                return super.service(socket);
            } finally {
                note(null);
            }
        }

        private void note(@Nullable SocketWrapperBase<?> socket) {
            getRequest().setNote(SOCKET_NOTE, socket);
        }
    }

    private static final class Valve extends ValveBase {

        Valve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            if (request.getCoyoteRequest().getNote(SOCKET_NOTE) instanceof SocketWrapperBase<?> socket) {
                request.setAttribute(CALLER, new Caller(socket));
            }
            getNext().invoke(request, response);
        }
    }
}
