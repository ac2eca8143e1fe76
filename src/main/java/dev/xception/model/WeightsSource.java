package dev.xception.model;

import java.net.URI;
import java.util.List;

/**
 * The file that a model's weights come from.
 *
 * @param file its name, in the model's folder and in what a user is told
 * @param bytes its exact size
 * @param sha256 its digest, 64 lower-case hex digits
 * @param urls where it can be downloaded, in the order to try; may be empty
 */
public record WeightsSource(String file, long bytes, String sha256, List<URI> urls) {

    public WeightsSource {
        ModelDescriptor.requireFileName("source.file", file);
        if (bytes < 1) {
            throw new IllegalArgumentException("source.bytes: must be positive, not " + bytes);
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("source.sha256: must be 64 lower-case hex digits, not " + sha256);
        }
        for (URI url : urls) {
            if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
                throw new IllegalArgumentException("source.urls: must be http or https addresses, not " + url);
            }
        }
        urls = List.copyOf(urls);
    }
}
