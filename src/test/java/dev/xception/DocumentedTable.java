package dev.xception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a table of the docs against what the code says. */
public final class DocumentedTable {

    private DocumentedTable() {}

    /**
     * Asserts that the file has exactly this table: its only lines that begin with {@code |}. The right table is written
     * to {@code target/docs} to be copied from.
     */
    public static void assertTable(Path file, List<String> header, Stream<List<String>> rows) {
        String expected = Stream.concat(
                        Stream.of(header, header.stream().map(column -> "---").toList()), rows)
                .map(cells -> cells.stream()
                        .map(cell -> cell.replace("|", "\\|"))
                        .collect(Collectors.joining(" | ", "| ", " |")))
                .collect(Collectors.joining("\n"));
        try {
            Path right = Path.of("target/docs").resolve(file.getFileName());
            Files.createDirectories(right.getParent());
            Files.writeString(right, expected + "\n");
            assertThat(Files.readAllLines(file).stream()
                            .filter(line -> line.startsWith("|"))
                            .collect(Collectors.joining("\n")))
                    .as("the table of %s; the right one is in %s", file, right)
                    .isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
