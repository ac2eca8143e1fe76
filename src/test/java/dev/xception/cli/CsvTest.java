package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "a,b", "say \"yes\"", "\"", "\"\"", ",\","})
    void readsWhatItWrites(String value) {
        assertThat(Csv.values(Csv.row("first", value, 3))).containsExactly("first", value, "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "say \"yes\"", "two\nlines"})
    void quotesWhatWouldBreakARow(String value) {
        assertThat(Csv.row(value)).startsWith("\"").endsWith("\"");
    }
}
