package dev.xception.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.xception.inference.ExecutionProvider;
import dev.xception.model.ServableModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is measured, as {@code GET /models/NAME} describes it.
 *
 * @param version first digits of the digest of what it was made from
 * @param weights {@code trained} or {@code untrained}
 * @param provider what runs it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record BenchedModel(String name, String version, String precision, String weights, String provider) {

    private static final int PATIENCE_MILLIS = 10_000;

    static BenchedModel of(ServableModel files, ExecutionProvider provider) {
        return new BenchedModel(files.name(), files.version(), files.precision().id(), files.weights(), provider.id());
    }

    /** Null where the server has no such answer. */
    static @Nullable BenchedModel of(URI server, String name) throws IOException {
        URI address = URI.create(server.toString().replaceFirst("/$", "") + "/models/" + name);
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            return null;
        }
        try (InputStream body = connection.getInputStream()) {
            return JsonMapper.shared().readValue(body, BenchedModel.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    BenchedModel withPrecision(String other) {
        return new BenchedModel(name, version, other, weights, provider);
    }

    @Override
    public String toString() {
        return "%s %s, %s, %s, on %s".formatted(name, version, precision, weights, provider);
    }
}
