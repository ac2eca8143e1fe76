package dev.xception.bench;

import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the pictures in turn, over as many kept-alive connections as there are callers at a time. */
public final class Client implements AutoCloseable {

    private final Target target;
    private final List<ByteBuffer> requests;
    private final AtomicInteger next = new AtomicInteger();
    private final Deque<HttpConnection> idle = new ConcurrentLinkedDeque<>();
    private final Set<HttpConnection> all = ConcurrentHashMap.newKeySet();

    public Client(Target target, List<byte[]> pictures) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a benchmark needs at least one picture");
        }
        this.target = target;
        this.requests = pictures.stream().map(target::request).toList();
    }

    Target target() {
        return target;
    }

    Outcome send() {
        return send(() -> {});
    }

    /**
     * @param sentWhole told when the last byte of the request is on its way
     */
    Outcome send(Runnable sentWhole) {
        ByteBuffer request = requests.get(Math.floorMod(next.getAndIncrement(), requests.size()));
        HttpConnection connection = idle.pollFirst();
        if (connection == null) {
            connection = new HttpConnection(target.address(), target.patience());
            all.add(connection);
        }
        try {
            return connection.send(request, sentWhole);
        } finally {
            idle.addFirst(connection);
        }
    }

    /** Cuts all connections; the sends in progress end, and no more can be made. */
    void cut() {
        all.forEach(HttpConnection::close);
    }

    @Override
    public void close() {
        cut();
    }
}
