package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsDownloadTest {

    private static final byte[] WEIGHTS = new byte[300_000];

    static {
        new Random(1).nextBytes(WEIGHTS);
    }

    private final WeightsServer server = new WeightsServer();
    private final List<Long> progress = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void bringsTheFileAndTellsItsProgress() throws IOException {
        Path file = download(server.at("/w.h5", WeightsServer.file(WEIGHTS)));

        assertThat(file).isEqualTo(folder.resolve("w.h5")).hasBinaryContent(WEIGHTS);
        assertThat(progress).isSorted().last().isEqualTo((long) WEIGHTS.length);
        assertOnlyTheFileIsThere();
    }

    @Test
    void followsARedirect() throws IOException {
        URI there = server.at("/there.h5", WeightsServer.file(WEIGHTS));
        URI here = server.at("/here.h5", exchange -> {
            exchange.getResponseHeaders().set("Location", there.toString());
            WeightsServer.status(302).handle(exchange);
        });
        assertThat(download(here)).hasBinaryContent(WEIGHTS);
    }

    @Test
    void goesOnWhereABrokenConnectionStopped() throws IOException {
        Path file = download(server.at("/w.h5", WeightsServer.breakingEvery(100_000, WEIGHTS)));

        assertThat(file).hasBinaryContent(WEIGHTS);
        // How many of the bytes before the break still arrive is up to the network.
        assertThat(server.requests())
                .hasSizeGreaterThanOrEqualTo(3)
                .last()
                .asString()
                .startsWith("/w.h5 bytes=");
        assertOnlyTheFileIsThere();
    }

    @Test
    void goesOnWhereAnEarlierStartStopped() throws IOException {
        URI broken = server.at("/broken.h5", exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                WeightsServer.status(500).handle(exchange);
            } else {
                WeightsServer.send(exchange, 200, WEIGHTS.length, Arrays.copyOf(WEIGHTS, 120_000));
            }
        });
        assertThatThrownBy(() -> download(broken)).hasMessageEndingWith("HTTP status 500");
        assertThat(folder.resolve("w.h5")).doesNotExist();

        assertThat(download(server.at("/w.h5", WeightsServer.file(WEIGHTS)))).hasBinaryContent(WEIGHTS);
        assertThat(server.requests()).last().asString().startsWith("/w.h5 bytes=");
        assertOnlyTheFileIsThere();
    }

    @Test
    void startsAgainWhereAnEarlierStartLeftWrongBytes() throws IOException {
        part(new byte[100_000]);
        assertThat(download(server.at("/w.h5", WeightsServer.file(WEIGHTS)))).hasBinaryContent(WEIGHTS);
        assertThat(server.requests()).containsExactly("/w.h5 bytes=100000-", "/w.h5");
        assertOnlyTheFileIsThere();
    }

    @Test
    void givesUpOnASourceThatHasAnotherFileThanTheOneBegun() throws IOException {
        byte[] other = WEIGHTS.clone();
        other[200_000]++;
        URI url = server.at("/w.h5", WeightsServer.file(other));
        part(Arrays.copyOf(WEIGHTS, 100_000));
        assertThatThrownBy(() -> download(url)).hasMessageStartingWith(url + ": sha256 is ");
        assertThat(server.requests()).hasSize(2);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void keepsWhatAnEarlierStartBroughtWhereAPageIsSentInsteadOfTheFile() throws IOException {
        Path part = part(Arrays.copyOf(WEIGHTS, 100_000));
        URI url = server.at("/w.h5", exchange -> WeightsServer.send(exchange, 200, 10, new byte[10]));
        assertThatThrownBy(() -> download(url)).hasMessage(url + ": has 10 bytes, not 300000");
        assertThat(part).hasSize(100_000);
    }

    @Test
    void startsAgainWhereTheServerKnowsNoRanges() throws IOException {
        URI url = server.at("/w.h5", exchange -> {
            boolean again = exchange.getRequestHeaders().containsKey("Range");
            WeightsServer.send(exchange, 200, WEIGHTS.length, again ? WEIGHTS : Arrays.copyOf(WEIGHTS, 120_000));
        });
        assertThat(download(url)).hasBinaryContent(WEIGHTS);
    }

    @Test
    void takesUpAtTheSecondSourceWhatTheFirstBroke() throws IOException {
        URI first = server.at("/first", exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                WeightsServer.status(503).handle(exchange);
            } else {
                WeightsServer.send(exchange, 200, WEIGHTS.length, Arrays.copyOf(WEIGHTS, 70_000));
            }
        });
        assertThat(download(first, server.at("/second", WeightsServer.file(WEIGHTS))))
                .hasBinaryContent(WEIGHTS);
        assertThat(server.requests()).last().asString().startsWith("/second bytes=");
    }

    @Test
    void asksTheSecondSourceWhereTheFirstHasNothing() throws IOException {
        URI first = server.at("/first", WeightsServer.status(404));
        assertThat(download(first, server.at("/second", WeightsServer.file(WEIGHTS))))
                .hasBinaryContent(WEIGHTS);
    }

    @Test
    void asksTheSecondSourceWhereTheFirstHasAnotherFile() throws IOException {
        byte[] other = WEIGHTS.clone();
        other[7]++;
        URI first = server.at("/first", WeightsServer.file(other));
        assertThat(download(first, server.at("/second", WeightsServer.file(WEIGHTS))))
                .hasBinaryContent(WEIGHTS);
        assertThat(server.requests()).containsExactly("/first", "/second");
    }

    @Test
    void leavesNothingOfAFileWithAWrongDigest() {
        byte[] other = WEIGHTS.clone();
        other[7]++;
        URI url = server.at("/w.h5", WeightsServer.file(other));
        assertThatThrownBy(() -> download(url))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessageStartingWith(url + ": sha256 is ")
                .hasMessageEndingWith(", not " + source(url).sha256());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFileOfAnotherSizeBeforeItIsRead() {
        URI url = server.at("/w.h5", WeightsServer.file(Arrays.copyOf(WEIGHTS, 299_999)));
        assertThatThrownBy(() -> download(url)).hasMessage(url + ": has 299999 bytes, not 300000");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesABodyThatDoesNotEnd() {
        URI url = server.at("/w.h5", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(WEIGHTS);
            exchange.getResponseBody().write(WEIGHTS);
            exchange.close();
        });
        assertThatThrownBy(() -> download(url)).hasMessage(url + ": is longer than 300000 bytes");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void completesABodyThatEndsTooSoonWithoutABreak() throws IOException {
        URI url = server.at("/w.h5", exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                WeightsServer.file(WEIGHTS).handle(exchange);
            } else {
                WeightsServer.send(exchange, 200, 0, Arrays.copyOf(WEIGHTS, 1000));
            }
        });
        assertThat(download(url)).hasBinaryContent(WEIGHTS);
    }

    @Test
    void givesUpOnASourceThatSendsNothing() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        URI url = server.at("/w.h5", exchange -> {
            exchange.sendResponseHeaders(200, WEIGHTS.length);
            exchange.getResponseBody().flush();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        WeightsDownload impatient = new WeightsDownload(Map.of(), Duration.ofSeconds(5), Duration.ofMillis(200));
        try {
            assertThatThrownBy(() -> impatient.download(source(url), folder, this::advanced))
                    .hasMessage(url + ": sent nothing for 200 ms");
        } finally {
            done.countDown();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesEverySourceAndItsTrouble() throws IOException {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        URI none = server.at("/none", WeightsServer.status(404));
        URI closed = URI.create("http://127.0.0.1:" + closedPort + "/w.h5");
        assertThatThrownBy(() -> download(none, closed))
                .hasMessage(none + ": HTTP status 404; " + closed + ": cannot connect");
    }

    @Test
    void refusesADiskThatIsTooSmall() {
        URI url = server.at("/w.h5", WeightsServer.file(WEIGHTS));
        WeightsSource huge =
                new WeightsSource("w.h5", Long.MAX_VALUE, source(url).sha256(), List.of(url));
        assertThatThrownBy(() -> plain().download(huge, folder, this::advanced))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("w.h5 cannot be written: the disk has ");
        assertThat(folder).isEmptyDirectory();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void saysSoWhereTheFolderIsNotThere() {
        URI url = server.at("/w.h5", WeightsServer.file(WEIGHTS));
        assertThatThrownBy(() -> plain().download(source(url), folder.resolve("none"), this::advanced))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("w.h5 cannot be written: ");
    }

    @Test
    void goesThroughTheProxyOfTheEnvironment() throws IOException {
        server.at("/w.h5", WeightsServer.file(WEIGHTS));
        URI elsewhere = URI.create("http://weights.invalid/w.h5");
        WeightsDownload proxied = withEnvironment("http_proxy", "http://127.0.0.1:" + server.port());

        assertThat(proxied.download(source(elsewhere), folder, this::advanced)).hasBinaryContent(WEIGHTS);
        assertThat(server.requests()).containsExactly("http://weights.invalid/w.h5");
    }

    @Test
    void answersAProxyThatAsksForAPassword() throws IOException {
        String expected = "Basic " + Base64.getEncoder().encodeToString("user:p@ss".getBytes(StandardCharsets.UTF_8));
        server.at("/w.h5", exchange -> {
            if (expected.equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
                WeightsServer.file(WEIGHTS).handle(exchange);
            } else {
                exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
                WeightsServer.status(407).handle(exchange);
            }
        });
        WeightsDownload proxied = withEnvironment("http_proxy", "http://user:p%40ss@127.0.0.1:" + server.port());
        WeightsSource source = source(URI.create("http://weights.invalid/w.h5"));

        assertThat(proxied.download(source, folder, this::advanced)).hasBinaryContent(WEIGHTS);
    }

    @Test
    void asksTheProxyForATunnelToAnHttpsSource() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> refuseTunnel(proxy));
            WeightsDownload proxied = withEnvironment("HTTPS_PROXY", "127.0.0.1:" + proxy.getLocalPort());
            WeightsSource source = source(URI.create("https://weights.invalid/w.h5"));

            assertThatThrownBy(() -> proxied.download(source, folder, this::advanced))
                    .isInstanceOf(WeightsUnavailableException.class)
                    .hasMessageStartingWith("https://weights.invalid/w.h5: ");
            assertThat(asked.get()).isEqualTo("CONNECT weights.invalid:443 HTTP/1.1");
        }
    }

    @Test
    void saysSoWhereTheProxyIsNoHttpProxy() {
        WeightsDownload proxied = withEnvironment("all_proxy", "socks5://127.0.0.1:" + server.port());
        WeightsSource source = source(URI.create("http://weights.invalid/w.h5"));

        assertThatThrownBy(() -> proxied.download(source, folder, this::advanced))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessageStartingWith("the environment names a SOCKS proxy for http, ");
        assertThat(folder).isEmptyDirectory();
    }

    /** Answers one request with 502 and returns its first line. */
    private static String refuseTunnel(ServerSocket proxy) {
        try (Socket socket = proxy.accept();
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String request = reader.readLine();
            String answer = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return request;
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What an earlier start brought. */
    private Path part(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("w.h5." + source().sha256().substring(0, 8) + ".part"), bytes);
    }

    private Path download(URI... urls) {
        return plain().download(source(urls), folder, this::advanced);
    }

    private void advanced(long bytes, long totalBytes) {
        assertThat(totalBytes).isEqualTo(WEIGHTS.length);
        progress.add(bytes);
    }

    private static WeightsDownload plain() {
        return new WeightsDownload(Map.of(), Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private static WeightsDownload withEnvironment(String name, String value) {
        return new WeightsDownload(Map.of(name, value), Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private static WeightsSource source(URI... urls) {
        return new WeightsSource(
                "w.h5", WEIGHTS.length, Sha256.hex(Sha256.newDigest().digest(WEIGHTS)), List.of(urls));
    }

    private void assertOnlyTheFileIsThere() throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("w.h5"));
        }
    }
}
