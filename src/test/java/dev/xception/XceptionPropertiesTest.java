package dev.xception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class XceptionPropertiesTest {

    private static XceptionProperties bind(String settings) {
        Map<String, String> values = Stream.of(settings.split(" "))
                .map(setting -> setting.split("="))
                .collect(Collectors.toMap(pair -> "xception." + pair[0], pair -> pair[1]));
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("xception", XceptionProperties.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.names=a,b,a | xception.model.names must name each model once, not a, b, a",
                "session.count=-1 | xception.session.count must be at least 0, not -1",
                "session.intra-op-threads=-1 | xception.session.intra-op-threads must be at least 0, not -1",
                "batch.max-batch-size=-3 | xception.batch.max-batch-size must be at least 0, not -3",
                "batch.queue-capacity=0 | xception.batch.queue-capacity must be at least 1, not 0",
                "batch.max-batch-size=32 batch.queue-capacity=8"
                        + " | xception.batch.max-batch-size (32) must not be more than xception.batch.queue-capacity (8)",
                "batch.max-queue-delay=-1ms"
                        + " | xception.batch.max-queue-delay must be from 0 to 1 minute, not PT-0.001S",
                "batch.max-queue-delay=2m request.timeout=5m"
                        + " | xception.batch.max-queue-delay must be from 0 to 1 minute, not PT2M",
                "batch.max-queue-delay=2s request.timeout=2s"
                        + " | xception.batch.max-queue-delay (PT2S) must be shorter than xception.request.timeout (PT2S)",
                "request.timeout=0s | xception.request.timeout must be positive and at most a day, not PT0S",
                "request.timeout=110000d"
                        + " | xception.request.timeout must be positive and at most a day, not PT2640000H",
                "request.max-bytes=0 | xception.request.max-bytes must be at least 1B, not 0B",
                "request.max-images=0 | xception.request.max-images must be at least 1, not 0",
                "admission.max-bytes=10MB | xception.admission.max-bytes (10485760B) must be 0 or at least"
                        + " xception.image.max-bytes (20971520B) and xception.request.max-bytes (67108864B), or what is"
                        + " larger is never admitted"
            })
    void refusesWhatCouldOnlyBeIgnoredOrLetsNothingSucceed(String settings, String message) {
        assertThatThrownBy(() -> bind(settings)).rootCause().hasMessage(message);
    }

    @Test
    void takesTheSmallestThatMakeSense() {
        XceptionProperties small = bind("batch.max-batch-size=1 batch.queue-capacity=1 request.max-images=1"
                + " admission.max-bytes=1MB image.max-bytes=1MB request.max-bytes=1MB request.timeout=1ms");
        assertThat(small.batch().queueCapacity()).isEqualTo(1);
        assertThat(bind("admission.max-bytes=0").admission().maxBytes().toBytes())
                .isZero();
    }
}
