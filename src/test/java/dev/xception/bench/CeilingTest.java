package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CeilingTest {

    private static List<ByteBuffer> pictures(int count) {
        List<ByteBuffer> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pictures.add(ByteBuffer.allocate(1).put(0, (byte) i));
        }
        return pictures;
    }

    @Test
    void sendsThePicturesInTurnInBatchesOfTheSizeAsked() {
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        Ceiling ceiling = new Ceiling(
                List.of(batch -> {
                    assertThat(batch).hasSize(2);
                    batch.forEach(picture -> seen.add((int) picture.get()));
                }),
                pictures(3));
        Ceiling.Result result = ceiling.measure(2, Duration.ZERO, Duration.ofMillis(10));
        assertThat(seen).startsWith(0, 1, 2, 0);
        assertThat(result.run().count()).isEqualTo(seen.size() / 2);
        assertThat(result.throughput()).isPositive();
    }

    @Test
    void runsAllSessionsAtTheSameTime() {
        CyclicBarrier both = new CyclicBarrier(2);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Ceiling.Session session = batch -> {
            if (threads.add(Thread.currentThread())) {
                try {
                    both.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        new Ceiling(List.of(session, session), pictures(1)).measure(1, Duration.ZERO, Duration.ofMillis(1));
        assertThat(threads).hasSize(2);
    }

    @Test
    void aSessionThatFailsEndsTheMeasurement() {
        Ceiling ceiling = new Ceiling(
                List.of(batch -> {
                    throw new IllegalArgumentException("no such graph");
                }),
                pictures(1));
        assertThatThrownBy(() -> ceiling.measure(1, Duration.ZERO, Duration.ofMillis(1)))
                .hasMessageContaining("no such graph");
    }
}
