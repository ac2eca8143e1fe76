package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void aRequestHasEverythingTheServerNeeds() {
        Target target = new Target(URI.create("http://localhost:8080/"), "my model", Duration.ofSeconds(2), null);
        String request = StandardCharsets.US_ASCII
                .decode(target.request("abc".getBytes(StandardCharsets.US_ASCII)))
                .toString();
        assertThat(request).isEqualTo("""
                POST /classify?model=my+model HTTP/1.1\r
                Host: localhost:8080\r
                Content-Type: application/octet-stream\r
                Content-Length: 3\r
                X-Request-Timeout: 2000\r
                \r
                abc""");
    }

    @Test
    void loadIsSentToThisMachineAlone() {
        assertThatThrownBy(() -> new Target(URI.create("http://192.0.2.1:8080"), null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another machine");
        assertThatThrownBy(() -> new Target(URI.create("localhost:8080"), null, null, null))
                .hasMessageContaining("no http:// address");
    }

    @Test
    void serverTimingIsReadAndWhatIsNoneIsLeftOut() {
        assertThat(ServerTiming.parse("decode;dur=1.25, queue;dur=0.001, miss, cache;desc=\"x\", bad;dur=x"))
                .isEqualTo(Map.of("decode", 1.25, "queue", 0.001));
        assertThat(ServerTiming.parse("")).isEmpty();
    }
}
