package dev.xception.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** The header {@code Server-Timing}: milliseconds by stage, in the server's order. */
final class ServerTiming {

    private ServerTiming() {}

    /** What is no {@code name;dur=number} is left out. */
    static Map<String, Double> parse(String header) {
        Map<String, Double> stages = new LinkedHashMap<>();
        for (String entry : header.split(",", -1)) {
            int parameter = entry.indexOf(";dur=");
            if (parameter > 0) {
                try {
                    stages.put(
                            entry.substring(0, parameter).strip(),
                            Double.valueOf(entry.substring(parameter + ";dur=".length())));
                } catch (NumberFormatException e) {
                    // Another server's dialect.
                }
            }
        }
        return stages;
    }
}
