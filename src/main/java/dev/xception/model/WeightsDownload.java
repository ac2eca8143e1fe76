package dev.xception.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Downloads a weights file from the first source that has it.
 *
 * <p>Bytes go to a part file and through the digest as they arrive. A connection that breaks after it brought some is taken
 * up again where it broke (HTTP {@code Range}), also by the next start. Only a file of the right size and digest gets its
 * name. Proxies are found as {@link ProxyEnvironment} says.
 */
public final class WeightsDownload {

    private static final int MAX_CONNECTIONS_PER_SOURCE = 20;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final ProxyEnvironment proxies;
    private final Duration connectTimeout;
    private final Duration stallTimeout;

    /**
     * @param environment the environment variables, for {@code https_proxy} and its like
     * @param stallTimeout how long a source may send nothing
     */
    public WeightsDownload(Map<String, String> environment, Duration connectTimeout, Duration stallTimeout) {
        this.proxies = new ProxyEnvironment(environment);
        this.connectTimeout = connectTimeout;
        this.stallTimeout = stallTimeout;
    }

    /** Ten seconds to connect, thirty without a byte. */
    public static WeightsDownload fromEnvironment() {
        return new WeightsDownload(System.getenv(), Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /**
     * Brings the file into the folder.
     *
     * @return the file
     * @throws WeightsUnavailableException when no source has it; the message says why for each
     * @throws ModelException when it cannot be written
     */
    Path download(WeightsSource source, Path folder, DownloadProgress progress) {
        Path target = folder.resolve(source.file());
        List<String> failures = new ArrayList<>();
        try (HttpClient client = client();
                PartFile part = PartFile.open(source, folder)) {
            requireSpace(source.bytes() - part.size(), folder);
            try {
                for (URI url : source.urls()) {
                    try {
                        fetch(client, url, source, part, progress);
                        part.moveTo(target);
                        return target;
                    } catch (SourceException e) {
                        failures.add(url + ": " + e.getMessage());
                    }
                }
            } catch (UncheckedIOException e) {
                part.delete();
                throw e.getCause();
            }
        } catch (IOException e) {
            throw new ModelException(target + " cannot be written: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("the download of " + source.file() + " was interrupted", e);
        }
        throw new WeightsUnavailableException(String.join("; ", failures));
    }

    private HttpClient client() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(connectTimeout)
                .proxy(proxies);
        proxies.authenticator().ifPresent(builder::authenticator);
        return builder.build();
    }

    private static void requireSpace(long bytes, Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new IOException("the disk has " + free + " bytes free, " + bytes + " are needed");
        }
    }

    /** Makes the part the wanted file, from one source. */
    private void fetch(HttpClient client, URI url, WeightsSource source, PartFile part, DownloadProgress progress)
            throws SourceException, InterruptedException {
        boolean begun = part.size() > 0;
        complete(client, url, source, part, progress);
        String sha256 = part.sha256();
        if (begun && !sha256.equals(source.sha256())) {
            // The wrong bytes may be those that lay there already.
            part.restart();
            complete(client, url, source, part, progress);
            sha256 = part.sha256();
        }
        if (!sha256.equals(source.sha256())) {
            part.restart();
            throw new SourceException("sha256 is " + sha256 + ", not " + source.sha256());
        }
    }

    /** Completes the part, connecting again where a connection breaks. */
    private void complete(HttpClient client, URI url, WeightsSource source, PartFile part, DownloadProgress progress)
            throws SourceException, InterruptedException {
        for (int connections = 1; part.size() != source.bytes(); connections++) {
            try {
                transfer(client, url, source, part, progress);
            } catch (IOException e) {
                if (connections == MAX_CONNECTIONS_PER_SOURCE) {
                    throw new SourceException(reason(e));
                }
            }
        }
    }

    /** One connection's worth of bytes; an {@link IOException} means that it broke. */
    private void transfer(HttpClient client, URI url, WeightsSource source, PartFile part, DownloadProgress progress)
            throws IOException, SourceException, InterruptedException {
        try (InputStream body = open(client, url, source, part)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
                if (part.size() + read > source.bytes()) {
                    part.restart();
                    throw new SourceException("is longer than " + source.bytes() + " bytes");
                }
                part.append(buffer, read);
                progress.advanced(part.size(), source.bytes());
            }
        }
        if (part.size() < source.bytes()) {
            throw new IOException("ends after " + part.size() + " of " + source.bytes() + " bytes");
        }
    }

    /** Asks for the bytes that the part lacks. */
    private InputStream open(HttpClient client, URI url, WeightsSource source, PartFile part)
            throws IOException, SourceException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).timeout(stallTimeout).header("User-Agent", "xception-server");
        if (part.size() > 0) {
            request.header("Range", "bytes=" + part.size() + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new SourceException(reason(e));
        }
        try {
            requireRightPart(response, source, part);
            return response.body();
        } catch (SourceException e) {
            response.body().close();
            throw e;
        }
    }

    /** Sees to it that the body goes on where the part ends, or is the whole file and the part empty. */
    private static void requireRightPart(HttpResponse<?> response, WeightsSource source, PartFile part)
            throws SourceException {
        int status = response.statusCode();
        if (status == RANGE_NOT_SATISFIABLE) {
            part.restart();
        }
        if (status != OK && status != PARTIAL_CONTENT) {
            throw new SourceException("HTTP status " + status);
        }
        long from = status == OK ? 0 : part.size();
        if (status == PARTIAL_CONTENT) {
            String range = response.headers().firstValue("Content-Range").orElse("");
            if (!range.startsWith("bytes " + from + "-")) {
                throw new SourceException("sent the range \"" + range + "\" instead of bytes from " + from);
            }
        }
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (length >= 0 && from + length != source.bytes()) {
            throw new SourceException("has " + (from + length) + " bytes, not " + source.bytes());
        }
        // Only now: a proxy's page of a few bytes, sent as 200, costs no download that had come far.
        if (status == OK && part.size() > 0) {
            part.restart();
        }
    }

    /** Reads on a thread of its own, because a body's stream has no timeout. */
    private int read(InputStream body, byte[] buffer) throws IOException, SourceException, InterruptedException {
        FutureTask<Integer> read = new FutureTask<>(() -> body.read(buffer));
        Thread.startVirtualThread(read);
        try {
            return read.get(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SourceException("sent nothing for " + stallTimeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause()), e);
        }
    }

    private static String reason(@Nullable Throwable error) {
        if (error instanceof ConnectException) {
            return "cannot connect";
        }
        String message = error == null ? null : error.getMessage();
        return message == null ? String.valueOf(error) : message;
    }

    /** This source will not do; the next may. */
    private static final class SourceException extends Exception {

        SourceException(String message) {
            super(message);
        }
    }
}
