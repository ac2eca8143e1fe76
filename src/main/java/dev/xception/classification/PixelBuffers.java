package dev.xception.classification;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Direct buffers for preprocessed pictures of one model, used again and again: a direct buffer is dear to make and slow
 * to be freed. The last one given back is the next one taken, as the caches know it best. There are never more than there
 * were pictures decoded, queued and run at once, which the queue's capacity bounds.
 */
public final class PixelBuffers {

    private final int bytes;
    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

    /** Buffers of this many bytes each. */
    public PixelBuffers(int bytes) {
        this.bytes = bytes;
    }

    /** A cleared buffer in native byte order. */
    public ByteBuffer take() {
        ByteBuffer buffer = free.pollFirst();
        return buffer != null
                ? buffer.clear()
                : ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Returns a buffer that nobody uses any more. */
    public void giveBack(ByteBuffer buffer) {
        free.addFirst(buffer);
    }
}
