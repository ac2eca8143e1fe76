package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.image.Fit;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * The query parameters and the deadline of a request. They are read from the query string alone: asking the servlet
 * request for a parameter would read a multipart body before it has been admitted.
 */
final class Query {

    static final String TIMEOUT_HEADER = "X-Request-Timeout";

    /** All parameters there are. One in a form would be ignored without a word, and is refused instead. */
    static final Set<String> NAMES = Set.of("model", "top", "fit", "class_index", "overlay", "normalize");

    private static final MultiValueMap<String, String> NONE = new LinkedMultiValueMap<>(0);

    private final MultiValueMap<String, String> parameters;
    private final @Nullable String timeout;

    Query(HttpServletRequest request) {
        this(request.getQueryString(), request.getHeader(TIMEOUT_HEADER));
    }

    /**
     * @param queryString null for none
     * @param timeout value of {@link #TIMEOUT_HEADER}, null for none
     */
    Query(@Nullable String queryString, @Nullable String timeout) {
        this.parameters = queryString == null
                ? NONE
                : UriComponentsBuilder.newInstance().query(queryString).build().getQueryParams();
        this.timeout = timeout;
    }

    /** The named model's classifier, or the default one. */
    Classifier classifier(Classifiers classifiers) {
        String model = text("model");
        return model == null ? classifiers.first() : classifiers.get(model);
    }

    Fit fit(Fit otherwise) {
        return choice("fit", Fit.class, otherwise);
    }

    /** One of an enum's constants, in lower case. */
    <E extends Enum<E>> E choice(String name, Class<E> choices, E otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        return Arrays.stream(choices.getEnumConstants())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(
                        name,
                        "one of "
                                + Arrays.stream(choices.getEnumConstants())
                                        .map(known -> known.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", ")),
                        text));
    }

    /** A whole number from {@code min} to {@code max}. */
    int number(String name, int min, int max, int otherwise) {
        Integer number = number(name, min, max);
        return number == null ? otherwise : number;
    }

    /** A whole number from {@code min} to {@code max}, or null where the request does not say. */
    @Nullable
    Integer number(String name, int min, int max) {
        String text = text(name);
        return text == null ? null : (Integer) (int) wholeNumber(name, text, min, max);
    }

    /** {@code true} or {@code false}. */
    boolean flag(String name) {
        String text = text(name);
        return switch (text) {
            case null -> false;
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, "true or false", text);
        };
    }

    /** How long the caller is willing to wait: what it says, but never longer than {@code most}. */
    Duration timeout(Duration most) {
        if (timeout == null) {
            return most;
        }
        Duration wanted = Duration.ofMillis(wholeNumber(TIMEOUT_HEADER, timeout, 1, Integer.MAX_VALUE));
        return wanted.compareTo(most) < 0 ? wanted : most;
    }

    /** The value of a parameter, decoded; the last one if it is given several times. */
    @Nullable
    String text(String name) {
        var values = parameters.get(name);
        String value = values == null ? null : values.getLast();
        try {
            return value == null ? null : UriUtils.decode(value, "UTF-8");
        } catch (IllegalArgumentException e) {
            throw invalid(name, "percent-encoded UTF-8", value);
        }
    }

    private static long wholeNumber(String name, String text, long min, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw invalid(name, "a whole number from %d to %d".formatted(min, max), text);
    }

    static RequestException invalid(String name, String expected, @Nullable String given) {
        String shown = given == null ? "" : given.length() > 40 ? given.substring(0, 40) + "..." : given;
        return new RequestException(
                Problem.INVALID_PARAMETER, "'%s' must be %s, not '%s'".formatted(name, expected, shown));
    }
}
