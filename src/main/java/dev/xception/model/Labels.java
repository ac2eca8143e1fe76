package dev.xception.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a model's classes, by class index.
 *
 * <p>A labels file has one class per line, UTF-8: a WordNet ID, a space and the name ({@code n01440764 tench}), or the name
 * alone.
 */
public record Labels(List<Label> entries) {

    /** The usual name of the file. */
    public static final String FILE = "labels.txt";

    private static final Pattern WITH_WORDNET_ID = Pattern.compile("(n\\d{8}) (.+)");

    public Labels {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no labels");
        }
        entries = List.copyOf(entries);
    }

    /** The name of a class, and its WordNet ID or "". */
    public record Label(String wordnetId, String name) {

        public Label {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a label is empty");
            }
        }

        static Label parse(String line) {
            Matcher matcher = WITH_WORDNET_ID.matcher(line);
            return matcher.matches() ? new Label(matcher.group(1), matcher.group(2)) : new Label("", line);
        }

        @Override
        public String toString() {
            return wordnetId.isEmpty() ? name : wordnetId + " " + name;
        }
    }

    /** Reads a labels file; an empty line is refused with its number. */
    public static Labels read(Path file) {
        return parse(TextFile.read(file), file.toString());
    }

    /** The 1000 classes of ImageNet as Keras orders and names them. */
    public static Labels imagenet() {
        return parse(BuiltInModel.text(FILE), FILE);
    }

    private static Labels parse(String text, String where) {
        List<Label> labels = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String label = line.replace("\uFEFF", "").strip();
            if (label.isEmpty()) {
                throw new ModelException(where + ": line " + (labels.size() + 1) + " is empty");
            }
            labels.add(Label.parse(label));
        }
        if (labels.isEmpty()) {
            throw new ModelException(where + ": holds no labels");
        }
        return new Labels(labels);
    }

    public int size() {
        return entries.size();
    }

    public Label get(int classIndex) {
        return entries.get(classIndex);
    }

    /** The digest of these labels' file, whatever its line ends. */
    public String sha256() {
        return Sha256.of(toText());
    }

    /** The text of a labels file that reads as this. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        entries.forEach(label -> text.append(label).append('\n'));
        return text.toString();
    }
}
