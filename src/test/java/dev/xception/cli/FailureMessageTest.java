package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;

class FailureMessageTest {

    @Test
    void theUnforeseenIsOneLineToo() {
        assertThat(FailureMessage.orInternalError(new IllegalStateException("one\n  two")))
                .startsWith("internal error: java.lang.IllegalStateException: one two at dev.xception.cli.")
                .doesNotContain("\n");
    }

    @Test
    void namesWhatIsNoFileName() {
        assertThat(FailureMessage.orInternalError(new InvalidPathException("caf\u00e9.jpg", "unmappable")))
                .isEqualTo("caf\u00e9.jpg: no file name here: unmappable");
    }
}
