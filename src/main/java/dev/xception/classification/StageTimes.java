package dev.xception.classification;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Nanoseconds that one picture spent in each stage. */
public record StageTimes(Map<Stage, Long> nanos) {

    public StageTimes {
        nanos = Map.copyOf(nanos);
    }

    /** Measures stage after stage on one clock; used by one thread. */
    static final class Stopwatch {

        private final EnumMap<Stage, Long> nanos = new EnumMap<>(Stage.class);
        private final LongSupplier clock;
        private final ClassifierListener listener;
        private long last;

        Stopwatch(LongSupplier clock, ClassifierListener listener) {
            this.clock = clock;
            this.listener = listener;
            this.last = clock.getAsLong();
        }

        /** The stage took the time since the last look at the clock. */
        void passed(Stage stage) {
            record(stage, lap());
        }

        /** The time since the last look at the clock. */
        long lap() {
            long before = last;
            last = clock.getAsLong();
            return last - before;
        }

        void record(Stage stage, long duration) {
            nanos.put(stage, duration);
            listener.stagePassed(stage, duration);
        }

        StageTimes times() {
            return new StageTimes(nanos);
        }
    }
}
