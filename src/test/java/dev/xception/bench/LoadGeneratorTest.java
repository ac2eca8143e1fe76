package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.bench.Load.Closed;
import dev.xception.bench.Measurement.Moment;
import dev.xception.bench.Measurement.Part;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong cpuMillis = new AtomicLong();
    private final LoadGenerator generator =
            new LoadGenerator(Loopback.PICTURES, new WatchedProcess(ProcessHandle.current()) {
                @Override
                Duration cpu() {
                    return Duration.ofMillis(cpuMillis.get());
                }
            });

    /** The first request is sent before the window and answered in it, the second sent in it and answered after it. */
    @Test
    void processorTimeIsThatOfTheWindowByTheAnswersInTheWindow() {
        long begin = System.nanoTime();
        try (Loopback server = new Loopback(n -> {
            cpuMillis.addAndGet(100);
            awaitMoment(begin + (n == 0 ? 3000 : 6000) * MILLI);
            if (n == 1) {
                cpuMillis.addAndGet(10_000);
            }
            return 200;
        })) {
            Measurement measurement =
                    generator.measure(server.target(), new Closed(1), Duration.ofSeconds(2), Duration.ofSeconds(2));
            assertThat(measurement.usage().serverCpuMillis()).isEqualTo(100);
        }
    }

    @Test
    void withoutGoodAnswersThereIsNoProcessorTimeForOne() {
        try (Loopback server = new Loopback(n -> {
            cpuMillis.addAndGet(100);
            return 503;
        })) {
            Measurement measurement =
                    generator.measure(server.target(), new Closed(1), Duration.ZERO, Duration.ofMillis(200));
            assertThat(measurement.usage().serverCpuMillis()).isZero();
            assertThat(measurement.usage().clientCpuMillis()).isZero();
        }
    }

    @Test
    void momentsAndPartsShareTheAnswersOfTheWindow() {
        try (Loopback server = new Loopback(n -> 200)) {
            Measurement measurement =
                    generator.measure(server.target(), new Closed(1), Duration.ZERO, Duration.ofMillis(2500));
            assertThat(measurement.timeline()).extracting(Moment::second).containsExactly(1.0, 2.0);
            assertThat(measurement.parts()).extracting(Part::second).containsExactly(1.0, 2.0);
            assertThat(measurement.parts())
                    .allSatisfy(part -> assertThat(part.latency().count()).isPositive());
        }
    }

    private static void awaitMoment(long moment) {
        while (System.nanoTime() - moment < 0) {
            LockSupport.parkNanos(moment - System.nanoTime());
        }
    }
}
