package dev.xception.bench;

import dev.xception.bench.Outcome.Answered;
import dev.xception.bench.Outcome.HungUp;
import dev.xception.bench.Outcome.Lost;
import dev.xception.bench.Outcome.NotAccepted;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive connection that sends one request at a time.
 *
 * <p>Written for a load generator that shares the cores with the server it measures: a request is one write of a direct
 * buffer that many connections share, and of an answer only the head is looked at. It also knows exactly how much was sent
 * when a connection breaks, which the JDK's client does not tell. Any thread may close it; the send in progress then ends.
 */
final class HttpConnection implements AutoCloseable {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] \\d{3}.*");
    private static final int BUFFER = 8192;

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bench-patience").factory());

    private final InetSocketAddress server;
    private final @Nullable Duration patience;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER);
    private volatile @Nullable SocketChannel channel;
    private volatile boolean closed;

    /**
     * @param patience after what time without an answer it hangs up
     */
    HttpConnection(InetSocketAddress server, @Nullable Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    Outcome send(ByteBuffer request) {
        return send(request, () -> {});
    }

    /**
     * @param sentWhole told when the last byte of the request is on its way
     */
    Outcome send(ByteBuffer request, Runnable sentWhole) {
        SocketChannel open;
        try {
            open = usable();
        } catch (IOException e) {
            return new NotAccepted();
        }
        if (patience == null) {
            return send(request, open, sentWhole);
        }
        AtomicBoolean ended = new AtomicBoolean();
        Future<?> hangUp = TIMER.schedule(
                () -> {
                    if (ended.compareAndSet(false, true)) {
                        close(open);
                    }
                },
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
        Outcome outcome = send(request, open, sentWhole);
        hangUp.cancel(false);
        return ended.compareAndSet(false, true) ? outcome : new HungUp();
    }

    private Outcome send(ByteBuffer request, SocketChannel open, Runnable sentWhole) {
        ByteBuffer unsent = request.duplicate();
        try {
            try {
                while (unsent.hasRemaining()) {
                    open.write(unsent);
                }
                sentWhole.run();
            } catch (IOException e) {
                // A server may answer, and close, before it has read everything: the answer is there all the same.
                open.shutdownOutput();
            }
            AnswerReader answer = new AnswerReader(open, received.limit(0));
            Answered answered = answer.read();
            if (answer.closes() || unsent.hasRemaining()) {
                disconnect();
            }
            return answered;
        } catch (IOException e) {
            disconnect();
            return unsent.hasRemaining() ? new NotAccepted() : new Lost();
        }
    }

    /** The connection, made anew if the server has closed it since the last answer. */
    private SocketChannel usable() throws IOException {
        SocketChannel last = channel;
        if (last != null && isStillOpen(last)) {
            return last;
        }
        disconnect();
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        if (closed) {
            fresh.close();
        }
        fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        fresh.connect(server);
        return fresh;
    }

    private static boolean isStillOpen(SocketChannel idle) {
        try {
            idle.configureBlocking(false);
            boolean silent = idle.read(ByteBuffer.allocate(1)) == 0;
            idle.configureBlocking(true);
            return silent;
        } catch (IOException e) {
            return false;
        }
    }

    private void disconnect() {
        SocketChannel last = channel;
        channel = null;
        if (last != null) {
            close(last);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }

    /** Reads the head of one answer and leaves its body behind. */
    private static final class AnswerReader {

        private final SocketChannel channel;
        private final ByteBuffer buffer;
        private boolean closes;

        /** The buffer holds what has been received and not yet read. */
        AnswerReader(SocketChannel channel, ByteBuffer buffer) {
            this.channel = channel;
            this.buffer = buffer;
        }

        boolean closes() {
            return closes;
        }

        Answered read() throws IOException {
            String statusLine = line();
            if (!STATUS_LINE.matcher(statusLine).matches()) {
                throw new ProtocolException("no HTTP answer: " + statusLine);
            }
            int status = Integer.parseInt(statusLine.substring(9, 12));
            long length = 0;
            boolean chunked = false;
            String timing = "";
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                String value = line.substring(colon + 1).strip();
                switch (line.substring(0, Math.max(colon, 0)).toLowerCase(java.util.Locale.ROOT)) {
                    case "content-length" -> length = Long.parseLong(value);
                    case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                    case "connection" -> closes = value.equalsIgnoreCase("close");
                    case "server-timing" -> timing = value;
                    default -> {}
                }
            }
            if (chunked) {
                skipChunks();
            } else {
                skip(length);
            }
            return new Answered(status, ServerTiming.parse(timing));
        }

        private void skipChunks() throws IOException {
            long size;
            do {
                size = Long.parseLong(line().replaceFirst(";.*", "").strip(), 16);
                skip(size);
                line();
            } while (size > 0);
        }

        private void skip(long bytes) throws IOException {
            for (long left = bytes; left > 0; ) {
                fill();
                int now = (int) Math.min(left, buffer.remaining());
                buffer.position(buffer.position() + now);
                left -= now;
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                fill();
                char c = (char) (buffer.get() & 0xff);
                if (c == '\n') {
                    return line.toString().stripTrailing();
                }
                line.append(c);
            }
        }

        private void fill() throws IOException {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                int read = channel.read(buffer);
                buffer.flip();
                if (read < 0) {
                    throw new EOFException("the connection was closed before the answer");
                }
            }
        }
    }
}
