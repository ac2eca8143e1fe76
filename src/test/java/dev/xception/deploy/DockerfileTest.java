package dev.xception.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class DockerfileTest {

    /** It is a second JVM in the container: with the server's port for JMX, for one, it would not start. */
    @Test
    void theHealthCheckHasNoneOfTheServersOptions() throws IOException {
        List<List<String>> checks = Files.readString(Path.of("Dockerfile"))
                .replaceAll("\\\\\\n\\s*", "")
                .lines()
                .filter(line -> line.startsWith("HEALTHCHECK"))
                .map(line -> new Yaml().<List<String>>load(line.substring(line.indexOf('['))))
                .toList();
        assertThat(checks)
                .hasSize(2)
                .allSatisfy(command -> assertThat(command)
                        .startsWith(
                                "env",
                                "-u",
                                "JAVA_TOOL_OPTIONS",
                                "-u",
                                "JDK_JAVA_OPTIONS",
                                "-u",
                                "_JAVA_OPTIONS",
                                "java")
                        .endsWith("health"));
    }
}
