package dev.xception.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pictures whose classes are known: the rows of a CSV file with the columns {@code file} and {@code class_index}. */
record LabelledPictures(Map<Path, Integer> classes) {

    /** Files are looked up in {@code folder}; other columns may be there and mean nothing. */
    static LabelledPictures read(Path csv, Path folder) throws IOException {
        List<String> rows = rows(csv);
        List<String> columns = rows.isEmpty() ? List.of() : Csv.values(withoutByteOrderMark(rows.getFirst()));
        int file = columns.indexOf("file");
        int classIndex = columns.indexOf("class_index");
        if (file < 0 || classIndex < 0) {
            throw new CommandException(csv + ": the first line must name the columns file and class_index");
        }
        Map<Path, Integer> classes = new LinkedHashMap<>();
        for (int i = 1; i < rows.size(); i++) {
            if (rows.get(i).isBlank()) {
                continue;
            }
            List<String> values = Csv.values(rows.get(i));
            if (values.size() != columns.size()) {
                throw new CommandException(
                        "%s: line %d has %d values, not %d".formatted(csv, i + 1, values.size(), columns.size()));
            }
            Path picture = folder.resolve(values.get(file));
            if (classes.put(picture, classIndex(csv, i + 1, values.get(classIndex))) != null) {
                throw new CommandException("%s: line %d: %s is named twice".formatted(csv, i + 1, values.get(file)));
            }
        }
        if (classes.isEmpty()) {
            throw new CommandException(csv + ": names no pictures");
        }
        return new LabelledPictures(classes);
    }

    private static List<String> rows(Path csv) throws IOException {
        try {
            return Files.readAllLines(csv);
        } catch (CharacterCodingException e) {
            throw new CommandException(csv + ": is not UTF-8", e);
        }
    }

    private static String withoutByteOrderMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static int classIndex(Path csv, int line, String value) {
        try {
            int index = Integer.parseInt(value.strip());
            if (index >= 0) {
                return index;
            }
        } catch (NumberFormatException e) {
            // As negative ones.
        }
        throw new CommandException("%s: line %d: \"%s\" is no class index".formatted(csv, line, value));
    }

    /** Fails where a picture's class is none of so many. */
    void requireClasses(int count) {
        classes.forEach((picture, index) -> {
            if (index >= count) {
                throw new CommandException(
                        "%s is labelled with class %d, but the model has %d".formatted(picture, index, count));
            }
        });
    }

    List<Path> pictures() {
        return List.copyOf(classes.keySet());
    }
}
