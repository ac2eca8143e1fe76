package dev.xception.api;

import java.io.IOException;
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

    /** Lets a server speak it. */
    public static void install(TomcatServletWebServerFactory factory, QuickRefusal refusal) {
        // Tomcat makes it, by its name.
        factory.setProtocol(ServingProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof ServingProtocol protocol) {
                protocol.refusal = refusal;
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
        return new ServingProcessor(
                this, refusal == null ? container : new RefusingAdapter(refusal, getMaxSwallowSize(), container));
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
    private record RefusingAdapter(QuickRefusal refusal, int maxSwallowSize, Adapter container) implements Adapter {

        @Override
        public void service(Request request, Response response) throws Exception {
            if (!refuses(request, response)) {
                container.service(request, response);
            }
        }

        private boolean refuses(Request request, Response response) {
            SocketWrapperBase<?> socket = socket(request);
            try {
                // What Tomcat has found wrong with a request stands in the status already.
                if (socket == null || response.getStatus() != OK || !refusal.refuses(request, socket, maxSwallowSize)) {
                    return false;
                }
            } catch (IOException e) {
                response.action(ActionCode.CLOSE_NOW, e);
            }
            // Tomcat has nothing to write: it reads the body, and goes on with the connection.
            response.setCommitted(true);
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
