package dev.xception.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A YAML mapping, read strictly: every key must be asked for, every value have its type. An
 * {@link IllegalArgumentException} names the key, with the keys around it, and the value.
 */
final class YamlMapping {

    private final String prefix;
    private final Map<?, ?> entries;
    private final Set<Object> asked = new HashSet<>();

    private YamlMapping(String prefix, Map<?, ?> entries) {
        this.prefix = prefix;
        this.entries = entries;
    }

    static YamlMapping read(Path file) {
        return parse(TextFile.read(file), file.toString());
    }

    static YamlMapping parse(String text, String where) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            Object root = new Yaml(new SafeConstructor(options)).load(text);
            if (root instanceof Map<?, ?> mapping) {
                return new YamlMapping("", mapping);
            }
            throw new ModelException(where + ": is no mapping of keys to values");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new ModelException(where + ": line " + line + ": " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new ModelException(where + ": is no YAML: " + e.getMessage(), e);
        }
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    String text(String key) {
        return value(key, String.class, "text");
    }

    String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    long number(String key) {
        Number number = value(key, Number.class, "a whole number");
        if (number instanceof Integer || number instanceof Long) {
            return number.longValue();
        }
        throw wrong(key, "a whole number");
    }

    int integer(String key) {
        long number = number(key);
        if (number == (int) number) {
            return (int) number;
        }
        throw wrong(key, "a smaller number");
    }

    /** The texts of a list; none where the key is absent. */
    List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object value : value(key, List.class, "a list")) {
            if (!(value instanceof String text)) {
                throw wrong(key, "a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    YamlMapping mapping(String key) {
        return new YamlMapping(prefix + key + ".", value(key, Map.class, "a mapping"));
    }

    void requireNothingElse() {
        for (Object key : entries.keySet()) {
            if (!asked.contains(key)) {
                throw new IllegalArgumentException(prefix + key + ": unknown key");
            }
        }
    }

    private <T> T value(String key, Class<T> type, String what) {
        asked.add(key);
        Object value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException(prefix + key + ": is missing");
        }
        if (!type.isInstance(value)) {
            throw wrong(key, what);
        }
        return type.cast(value);
    }

    private IllegalArgumentException wrong(String key, String what) {
        return new IllegalArgumentException(prefix + key + ": must be " + what + ", not \"" + entries.get(key) + "\"");
    }
}
