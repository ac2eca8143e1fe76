package dev.xception.api;

import java.io.IOException;
import java.util.Enumeration;
import org.apache.catalina.AccessLog;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/** HTTP/1.1 whose requests know their sockets, and are refused before the servlet container where that is quicker. */
public final class ServingProtocol extends Http11NioProtocol {

    /** The first that Tomcat leaves to others. */
    private static final int SOCKET_NOTE = 17;

    private static final int OK = 200;

    private @Nullable QuickRefusal refusal;
    private String contextPath = "";

    /** Lets a server speak it. */
    public static void install(TomcatServletWebServerFactory factory, QuickRefusal refusal) {
        // Tomcat makes it, by its name.
        factory.setProtocol(ServingProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            boolean logged = factory.getEngineValves().stream().anyMatch(AccessLog.class::isInstance);
            if (connector.getProtocolHandler() instanceof ServingProtocol protocol && !logged) {
                protocol.refusal = refusal;
                protocol.contextPath = factory.getSettings().getContextPath().toString();
            }
        });
        factory.addContextValves(new CallerWatch());
    }

    /** The socket that a request came by; null where it came by another protocol. */
    static @Nullable SocketWrapperBase<?> socket(Request request) {
        return (SocketWrapperBase<?>) request.getNote(SOCKET_NOTE);
    }

    @Override
    protected Processor createProcessor() {
        Adapter container = getAdapter();
        return new ServingProcessor(this, refusal == null ? container : new RefusingAdapter(container, refusal));
    }

    /** Whether Tomcat will read this request to its end, and then wait for the next one on its connection. */
    private boolean goesOn(Request request, SocketWrapperBase<?> socket) {
        return request.protocol().equals("HTTP/1.1")
                && !asksForMoreThanKeepAlive(request)
                && !request.hasExpectation()
                && request.getHeader("Transfer-Encoding") == null
                && (getMaxSwallowSize() < 0 || request.getContentLengthLong() <= getMaxSwallowSize())
                && !isPaused()
                && mayCarryMore(socket)
                && hasConnectionsToSpare();
    }

    private static boolean asksForMoreThanKeepAlive(Request request) {
        Enumeration<String> options = request.getMimeHeaders().values("Connection");
        return options.hasMoreElements()
                && (!options.nextElement().equalsIgnoreCase("keep-alive") || options.hasMoreElements());
    }

    private boolean mayCarryMore(SocketWrapperBase<?> socket) {
        int most = getMaxKeepAliveRequests();
        if (most <= 1) {
            return most != 1;
        }
        // How many are left can only be seen by counting.
        int left = socket.decrementKeepAlive() + 1;
        socket.setKeepAliveLeft(left);
        return left > 0;
    }

    /** A refused caller must not hold a connection that others lack. */
    private boolean hasConnectionsToSpare() {
        return getMaxConnections() < 0 || getConnectionCount() <= getMaxConnections() / 2;
    }

    private static final class ServingProcessor extends Http11Processor {

        ServingProcessor(Http11NioProtocol protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            getRequest().setNote(SOCKET_NOTE, socket);
            try {
                return super.service(socket);
            } finally {
                getRequest().setNote(SOCKET_NOTE, null);
            }
        }
    }

    /** Stands before the container's own. */
    private final class RefusingAdapter implements Adapter {

        private final Adapter container;
        private final QuickRefusal refusal;

        RefusingAdapter(Adapter container, QuickRefusal refusal) {
            this.container = container;
            this.refusal = refusal;
        }

        @Override
        public void service(Request request, Response response) throws Exception {
            if (!refuses(request, response)) {
                container.service(request, response);
            }
        }

        private boolean refuses(Request request, Response response) {
            long start = System.nanoTime();
            SocketWrapperBase<?> socket = socket(request);
            // What Tomcat has found wrong with a request stands in the status already.
            if (socket == null || response.getStatus() != OK || !goesOn(request, socket)) {
                return false;
            }
            QuickRefusal.Answer answer = refusal.answer(request, contextPath);
            if (answer == null) {
                return false;
            }
            // So Tomcat writes nothing, whatever happens now: it reads the body, and goes on with the connection.
            response.setCommitted(true);
            try {
                socket.write(true, answer.bytes());
                socket.flush(true);
            } catch (IOException e) {
                response.action(ActionCode.CLOSE_NOW, e);
            }
            refusal.sent(answer, System.nanoTime() - start);
            return true;
        }

        @Override
        public boolean prepare(Request request, Response response) throws Exception {
            return container.prepare(request, response);
        }

        @Override
        public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
            return container.asyncDispatch(request, response, status);
        }

        @Override
        public void log(Request request, Response response, long time) {
            container.log(request, response, time);
        }

        @Override
        public void checkRecycled(Request request, Response response) {
            container.checkRecycled(request, response);
        }

        @Override
        public String getDomain() {
            return container.getDomain();
        }
    }
}
