package dev.xception.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ByteProductsTest {

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final Pattern AVX2 = Pattern.compile("\\bavx2\\b");
    private static final Pattern VNNI = Pattern.compile("\\bavx(512)?_vnni\\b");

    /** Else the processor would compute on bytes 2.6 times as slowly as it could, or get them wrong. */
    @Test
    void saturateWithAvx2AndWithoutVnni() throws IOException {
        assumeThat(PROCESSOR).as("this system describes its processor").exists();
        String processor = Files.readString(PROCESSOR);
        boolean avx2 = AVX2.matcher(processor).find();
        boolean vnni = VNNI.matcher(processor).find();

        assertThat(ByteProducts.saturate()).isEqualTo(avx2 && !vnni);
    }
}
