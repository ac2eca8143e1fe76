package dev.xception.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of comma-separated values as in RFC 4180, a row being one line. */
final class Csv {

    private Csv() {}

    static String row(Object... values) {
        return Stream.of(values).map(value -> quoted(value.toString())).collect(Collectors.joining(","));
    }

    private static String quoted(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    static List<String> values(String row) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < row.length(); i++) {
            char c = row.charAt(i);
            if (c == '"') {
                // A doubled quote inside quotes closes and opens them again, and stands for itself.
                if (!quoted && i > 0 && row.charAt(i - 1) == '"') {
                    value.append(c);
                }
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString());
        return values;
    }
}
