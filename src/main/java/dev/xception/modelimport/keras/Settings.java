package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The {@code config} of one layer; every fault names the layer. */
public record Settings(String layer, JsonNode json) {

    public boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** The value as it stands; a missing one is Jackson's missing node. */
    public JsonNode get(String key) {
        return json.path(key);
    }

    public String string(String key, String fallback) {
        JsonNode value = json.path(key);
        return value.isString() ? value.stringValue() : fallback;
    }

    public boolean flag(String key, boolean fallback) {
        JsonNode value = json.path(key);
        return value.isBoolean() ? value.booleanValue() : fallback;
    }

    public double number(String key, double fallback) {
        JsonNode value = json.path(key);
        // Keras 3 may wrap an array scalar; an activation layer's limit may be null.
        if (value.isObject()) {
            value = value.path("config").path("value");
        }
        return value.isNumber() ? value.doubleValue() : fallback;
    }

    public int integer(String key) {
        return toInt(json.path(key), key);
    }

    public int integer(String key, int fallback) {
        return has(key) ? integer(key) : fallback;
    }

    /** A pair such as {@code kernel_size}; a single number stands for both. */
    public List<Integer> pair(String key, int fallback) {
        return has(key) ? pair(json.path(key), key) : List.of(fallback, fallback);
    }

    private List<Integer> pair(JsonNode value, String key) {
        List<Integer> numbers = value.isArray() ? integers(value, key) : List.of(toInt(value, key), toInt(value, key));
        if (numbers.size() != 2) {
            throw invalid(key);
        }
        return numbers;
    }

    public List<Integer> integers(String key) {
        return integers(json.path(key), key);
    }

    private List<Integer> integers(JsonNode value, String key) {
        if (!value.isArray()) {
            throw invalid(key);
        }
        List<Integer> numbers = new ArrayList<>();
        value.forEach(element -> numbers.add(toInt(element, key)));
        return numbers;
    }

    /** {@code padding} or {@code cropping}: one number, two, or two pairs; as top, bottom, left, right. */
    public List<Integer> sides(String key) {
        JsonNode value = json.path(key);
        if (value.isArray() && value.size() == 2 && value.get(0).isArray()) {
            List<Integer> sides = new ArrayList<>(pair(value.get(0), key));
            sides.addAll(pair(value.get(1), key));
            return sides;
        }
        List<Integer> numbers = value.isArray() ? integers(value, key) : pair(key, 1);
        return switch (numbers.size()) {
            case 2 -> List.of(numbers.get(0), numbers.get(0), numbers.get(1), numbers.get(1));
            case 4 -> numbers;
            default -> throw invalid(key);
        };
    }

    /** Numbers nested to any depth, flattened; a single number is a list of one. */
    public List<Double> numbers(String key) {
        List<Double> numbers = new ArrayList<>();
        collect(json.path(key), numbers);
        if (numbers.isEmpty()) {
            throw invalid(key);
        }
        return numbers;
    }

    static void collect(JsonNode value, List<Double> numbers) {
        if (value.isNumber()) {
            numbers.add(value.doubleValue());
        } else if (value.isArray()) {
            value.forEach(element -> collect(element, numbers));
        } else if (value.isObject()) {
            collect(value.path("config").path("value"), numbers);
        }
    }

    private int toInt(JsonNode value, String key) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || Math.abs(value.intValue()) > 1 << 24) {
            throw invalid(key);
        }
        return value.intValue();
    }

    /** That a setting of this layer cannot be used. */
    public InvalidModelException invalid(String key) {
        return new InvalidModelException("layer " + layer + " has " + key + " "
                + (has(key) ? json.path(key) : "missing") + ", which is not supported");
    }
}
