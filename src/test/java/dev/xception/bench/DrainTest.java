package dev.xception.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that breaks its promises at SIGTERM. */
@Timeout(60)
class DrainTest {

    private static final int CALLERS = 16;

    private static Drain.Result drain(int statusAtEnd, int room) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(StubServer.command(statusAtEnd, room), List.of());
                Client client = new Client(new Target(server.address(), null, null, null), Loopback.PICTURES)) {
            return Drain.run(server, client, CALLERS);
        }
    }

    @Test
    void aServerThatAnswersWhatItAcceptedIsInGoodOrder() throws Exception {
        Drain.Result result = drain(200, CALLERS);

        assertThat(result.accepted()).as("%s", result).isPositive();
        assertThat(result.inGoodOrder()).as("%s", result).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 504})
    void whatWasAcceptedAndIsAnsweredWithAnErrorIsLost(int status) throws Exception {
        Drain.Result result = drain(status, CALLERS);

        // One may still have been answered well after the signal was on its way.
        assertThat(result.lost()).as("%s", result).isPositive().isLessThanOrEqualTo(result.accepted());
        assertThat(result.answers().get(status)).as("%s", result).isGreaterThanOrEqualTo(result.lost());
        assertThat(result.inGoodOrder()).isFalse();
    }

    @Test
    void aServerThatRefusesBeforeTheSignalIsNotTried() {
        assertThatIOException()
                .isThrownBy(() -> drain(200, CALLERS / 2))
                .withMessageContaining("16 callers are more than the server lets in");
    }

    @Test
    void otherStatusesAreNotInGoodOrderNorIsAnotherEnd() {
        assertThat(new Drain.Result(Map.of(200, 5L, 503, 1L), 3, 2, 0, 143).inGoodOrder())
                .isTrue();
        assertThat(new Drain.Result(Map.of(200, 5L, 500, 1L), 3, 2, 0, 143).inGoodOrder())
                .isFalse();
        assertThat(new Drain.Result(Map.of(200, 5L), 3, 2, 1, 143).inGoodOrder())
                .isFalse();
        assertThat(new Drain.Result(Map.of(200, 5L), 3, 2, 0, 137).inGoodOrder())
                .isFalse();
    }
}
