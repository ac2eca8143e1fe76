package dev.xception.model;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * What a model is, as its {@code model.yaml} says.
 *
 * @param name the folder's name
 * @param source where its weights come from; null where the graph itself was put into the folder
 * @param licence the licence of its weights, as an SPDX identifier or in words
 * @param normalization what it was trained on: {@code inception}, {@code imagenet}, {@code caffe}, {@code unit}, {@code none},
 *     or {@code auto} for what the weights file says
 * @param activation {@code auto} gives a head without softmax or sigmoid one, {@code none} leaves it
 * @param labels the labels' file name
 */
public record ModelDescriptor(
        String name,
        @Nullable WeightsSource source,
        String licence,
        Input input,
        String normalization,
        String activation,
        Preprocessing preprocessing,
        String labels) {

    /** The file's name in a model's folder. */
    public static final String FILE = "model.yaml";

    private static final Set<String> NORMALIZATIONS = Set.of("auto", "inception", "imagenet", "caffe", "unit", "none");
    private static final Set<String> ACTIVATIONS = Set.of("auto", "none");

    public ModelDescriptor {
        requireName(name);
        requireOneOf("normalization", normalization, NORMALIZATIONS);
        requireOneOf("activation", activation, ACTIVATIONS);
        requireFileName("labels", labels);
    }

    /** What the network sees: its size in pixels, and 3 channels for RGB or 1 for grey. */
    public record Input(int width, int height, int channels) {

        private static final int MAX_SIZE = 8192;

        public Input {
            requireSize("input.width", width);
            requireSize("input.height", height);
            if (channels != 1 && channels != 3) {
                throw new IllegalArgumentException("input.channels: must be 1 or 3, not " + channels);
            }
        }

        private static void requireSize(String key, int size) {
            if (size < 1 || size > MAX_SIZE) {
                throw new IllegalArgumentException(key + ": must be within 1.." + MAX_SIZE + ", not " + size);
            }
        }
    }

    /** How a picture becomes the network's input unless a request says otherwise. */
    public record Preprocessing(String fit, String filter) {

        private static final Set<String> FITS = Set.of("crop", "squash", "pad");
        private static final Set<String> FILTERS =
                Set.of("bilinear", "bicubic", "lanczos", "box", "hamming", "nearest");

        public static final Preprocessing DEFAULT = new Preprocessing("crop", "bilinear");

        public Preprocessing {
            requireOneOf("preprocessing.fit", fit, FITS);
            requireOneOf("preprocessing.filter", filter, FILTERS);
        }
    }

    /** Reads a {@code model.yaml}; an unknown key or a bad value is one line that names the file and the key. */
    public static ModelDescriptor read(Path file) {
        return of(YamlMapping.read(file), file.toString());
    }

    static ModelDescriptor parse(String yaml, String where) {
        return of(YamlMapping.parse(yaml, where), where);
    }

    private static ModelDescriptor of(YamlMapping yaml, String where) {
        try {
            ModelDescriptor descriptor = new ModelDescriptor(
                    yaml.text("name"),
                    yaml.has("source") ? source(yaml.mapping("source")) : null,
                    yaml.text("licence", "unknown"),
                    input(yaml.mapping("input")),
                    yaml.text("normalization", "auto"),
                    yaml.text("activation", "auto"),
                    yaml.has("preprocessing") ? preprocessing(yaml.mapping("preprocessing")) : Preprocessing.DEFAULT,
                    yaml.text("labels", Labels.FILE));
            yaml.requireNothingElse();
            return descriptor;
        } catch (IllegalArgumentException e) {
            throw new ModelException(where + ": " + e.getMessage(), e);
        }
    }

    /** The text of a {@code model.yaml} that reads as this. */
    public String toYaml() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", name);
        if (source != null) {
            Map<String, Object> from = new LinkedHashMap<>();
            from.put("file", source.file());
            from.put("bytes", source.bytes());
            from.put("sha256", source.sha256());
            if (!source.urls().isEmpty()) {
                from.put("urls", source.urls().stream().map(URI::toString).toList());
            }
            root.put("source", from);
        }
        root.put("licence", licence);
        Map<String, Object> size = new LinkedHashMap<>();
        size.put("width", input.width());
        size.put("height", input.height());
        size.put("channels", input.channels());
        root.put("input", size);
        root.put("normalization", normalization);
        root.put("activation", activation);
        Map<String, Object> steps = new LinkedHashMap<>();
        steps.put("fit", preprocessing.fit());
        steps.put("filter", preprocessing.filter());
        root.put("preprocessing", steps);
        root.put("labels", labels);
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(options).dump(root);
    }

    /** A name is a folder's: it may not lead out of the model directory. */
    static boolean isName(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    }

    private static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "name: must be up to 64 letters, digits, '.', '_' or '-', the first a letter or digit, not \""
                            + name + "\"");
        }
    }

    /** A file's name as a descriptor can hold it. */
    public static String plainFileName(String file) {
        return file.replaceAll("^\\.|[/\\\\:\\p{Cntrl}]", "_");
    }

    static void requireFileName(String key, String file) {
        if (!file.matches("[^/\\\\:\\p{Cntrl}]{1,255}") || file.startsWith(".")) {
            throw new IllegalArgumentException(key + ": must be a plain file name, not \"" + file + "\"");
        }
    }

    private static void requireOneOf(String key, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(
                    key + ": must be one of " + allowed.stream().sorted().toList() + ", not \"" + value + "\"");
        }
    }

    private static WeightsSource source(YamlMapping yaml) {
        WeightsSource source = new WeightsSource(
                yaml.text("file"),
                yaml.number("bytes"),
                yaml.text("sha256"),
                yaml.texts("urls").stream().map(URI::create).toList());
        yaml.requireNothingElse();
        return source;
    }

    private static Input input(YamlMapping yaml) {
        Input input = new Input(yaml.integer("width"), yaml.integer("height"), yaml.integer("channels"));
        yaml.requireNothingElse();
        return input;
    }

    private static Preprocessing preprocessing(YamlMapping yaml) {
        Preprocessing preprocessing = new Preprocessing(
                yaml.text("fit", Preprocessing.DEFAULT.fit()), yaml.text("filter", Preprocessing.DEFAULT.filter()));
        yaml.requireNothingElse();
        return preprocessing;
    }
}
