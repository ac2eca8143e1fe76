package dev.xception;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SettingsDocumentTest {

    @Test
    void theTableOfSettingsIsWhatTheServerReads() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                XceptionProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            JsonNode properties = JsonMapper.shared().readTree(metadata).get("properties");
            Stream<List<String>> rows = properties
                    .valueStream()
                    .sorted(Comparator.comparing(
                            property -> property.at("/name").asString()))
                    .map(property -> List.of(
                            "`" + property.at("/name").asString() + "`",
                            defaultOf(property),
                            property.at("/description").asString()));
            DocumentedTable.assertTable(Path.of("docs/settings.md"), List.of("setting", "default", "meaning"), rows);
        }
    }

    private static String defaultOf(JsonNode property) {
        JsonNode value = property.get("defaultValue");
        return value == null ? "" : "`" + value.asString(value.toString()) + "`";
    }
}
