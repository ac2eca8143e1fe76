package dev.xception.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Pictures whose classes are known: the rows of a CSV file with the columns {@code file} and {@code class_index}. */
record LabelledPictures(Path csv, Map<Path, Label> labels) {

    /** A picture's class, and the line that says so. */
    record Label(int classIndex, int line) {}

    /** Files are looked up in {@code folder}; other columns may be there and mean nothing. */
    static LabelledPictures read(Path csv, Path folder) throws IOException {
        List<String> rows = rows(csv);
        List<String> columns = rows.isEmpty() ? List.of() : Csv.values(withoutByteOrderMark(rows.getFirst()));
        int file = columns.indexOf("file");
        int classIndex = columns.indexOf("class_index");
        if (file < 0 || classIndex < 0) {
            throw new CommandException(csv + ": the first line must name the columns file and class_index");
        }
        Map<Path, Label> labels = new LinkedHashMap<>();
        Set<Path> seen = new HashSet<>();
        for (int i = 1; i < rows.size(); i++) {
            if (rows.get(i).isBlank()) {
                continue;
            }
            List<String> values = Csv.values(rows.get(i));
            if (values.size() != columns.size()) {
                throw new CommandException(
                        "%s: line %d has %d values, not %d".formatted(csv, i + 1, values.size(), columns.size()));
            }
            Label label = new Label(classIndex(csv, i + 1, values.get(classIndex)), i + 1);
            Path picture = picture(csv, i + 1, folder, values.get(file));
            labels.put(picture, label);
            if (!seen.add(picture.normalize())) {
                throw new CommandException("%s: line %d: %s is named twice".formatted(csv, i + 1, values.get(file)));
            }
        }
        if (labels.isEmpty()) {
            throw new CommandException(csv + ": names no pictures");
        }
        return new LabelledPictures(csv, labels);
    }

    private static List<String> rows(Path csv) throws IOException {
        try {
            return Files.readAllLines(csv);
        } catch (CharacterCodingException e) {
            throw new CommandException(csv + ": is not UTF-8", e);
        } catch (IOException e) {
            throw NamedFile.failure(csv, e);
        }
    }

    private static String withoutByteOrderMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static Path picture(Path csv, int line, Path folder, String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new CommandException("%s: line %d: no file name here: %s".formatted(csv, line, e.getReason()), e);
        }
    }

    private static int classIndex(Path csv, int line, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new CommandException("%s: line %d: \"%s\" is no class index".formatted(csv, line, value), e);
        }
    }

    List<Path> pictures() {
        return List.copyOf(labels.keySet());
    }

    int classOf(Path picture) {
        return Objects.requireNonNull(labels.get(picture)).classIndex();
    }

    /** @throws CommandException for a class that a model with so many of them does not have */
    void requireClasses(int classes) {
        for (Label label : labels.values()) {
            if (label.classIndex() < 0 || label.classIndex() >= classes) {
                throw new CommandException("%s: line %d: class %d, but the model has %d"
                        .formatted(csv, label.line(), label.classIndex(), classes));
            }
        }
    }
}
