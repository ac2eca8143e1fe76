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
    private static final Pattern VNNI = Pattern.compile("\\bavx(512)?_vnni\\b");

    /** Else the processor would compute on bytes 2.6 times as slowly as it could, or get them wrong. */
    @Test
    void saturateOnX86WithoutVnni() throws IOException {
        assumeThat(PROCESSOR).as("this system describes its processor").exists();
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        boolean vnni = VNNI.matcher(Files.readString(PROCESSOR)).find();

        assertThat(ByteProducts.saturate()).isEqualTo(x86 && !vnni);
    }
}
