package dev.xception.api;

import dev.xception.classification.OverloadedException;
import java.time.Duration;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Bounds the memory of large answers that wait for their readers. Their requests give back what they were admitted with before
 * they are written, so that who reads slowly keeps nobody from being classified.
 */
public final class AnswerLimit {

    /** So much Tomcat keeps by itself: a request with a smaller answer ends without waiting for its reader. */
    private static final int SMALL = 8192;

    /** Of one class in an answer: as JSON, or as the object that it is made of. */
    private static final int BYTES_PER_PREDICTION = 100;

    private final long maxBytes;
    private long bytes;

    /**
     * @param maxBytes of all answers together; 0 for no bound
     */
    public AnswerLimit(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Counts the current request's answer of so many classes, as {@link #hold} does. */
    void holdPredictions(long count) {
        hold(count * BYTES_PER_PREDICTION);
    }

    /**
     * Counts the answer of the current request until that has ended. One that is larger than the bound is given where no other waits.
     *
     * @throws OverloadedException if the bound would be exceeded
     */
    void hold(long answer) {
        if (answer <= SMALL) {
            return;
        }
        take(answer);
        RequestContextHolder.currentRequestAttributes()
                .registerDestructionCallback(
                        AnswerLimit.class.getName(), () -> giveBack(answer), RequestAttributes.SCOPE_REQUEST);
    }

    private synchronized void take(long answer) {
        if (maxBytes > 0 && bytes > 0 && bytes + answer > maxBytes) {
            throw new OverloadedException("too many answers wait for their readers", Duration.ofSeconds(1));
        }
        bytes += answer;
    }

    private synchronized void giveBack(long answer) {
        bytes -= answer;
    }
}
