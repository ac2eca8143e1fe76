package dev.xception.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.sun.net.httpserver.HttpServer;
import dev.xception.TinyModel;
import java.awt.Color;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against a server that answers everything at once with one status, and a ceiling on a tiny model. */
class BenchCommandTest {

    private static final String SHORT = "--duration=50ms";
    private static final String ONCE = "--rounds=1";

    @TempDir
    Path folder;

    private final AtomicInteger status = new AtomicInteger(200);
    private volatile String describedAs = description("fp32", "cpu");
    private HttpServer server;
    private Path picture;

    @BeforeEach
    void start() throws IOException {
        TinyModel.create(folder);
        picture = Files.write(folder.resolve("red.png"), TinyModel.picture(Color.RED, 20, 20, "png"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/classify", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.createContext("/models/" + TinyModel.NAME, exchange -> {
            byte[] body = describedAs.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(describedAs.isEmpty() ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String description(String precision, String provider) {
        return """
                {"name": "colours", "version": "unknown", "precision": "%s", "weights": "trained", "provider": "%s", "classes": 4}""".formatted(precision, provider);
    }

    private CommandRun bench(String... more) {
        return benchWithoutUrl(Stream.concat(
                        Stream.of(
                                "--url=http://127.0.0.1:" + server.getAddress().getPort()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private CommandRun benchWithoutUrl(String... more) {
        String[] arguments = {
            "bench",
            "--images=" + picture,
            "--models=" + folder,
            "--model=" + TinyModel.NAME,
            "--provider=cpu",
            "--warm-up=0s"
        };
        return CommandRun.of(
                Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void comparesAServerWithItsCeiling() {
        CommandRun run = bench("--concurrency=2", "--rate=100", ONCE, SHORT);
        assertThat(run.err()).doesNotContain("error");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("- ceiling: ")
                .containsPattern("\\| closed, 2 at a time +\\| +[0-9.]+ \\| +[0-9.]+ \\|")
                .contains("| open, 100.0/s ")
                .containsPattern("  - of ceiling, round by round: [0-9.]+\\R");
    }

    @Test
    void comparesAServerWithTheCeilingOfAnotherPrecisionToo() throws IOException {
        Path model = folder.resolve(TinyModel.NAME);
        Files.copy(model.resolve(TinyModel.NAME + ".onnx"), model.resolve(TinyModel.NAME + ".fp16.onnx"));

        CommandRun run = bench("--concurrency=2", "--against=fp16", ONCE, SHORT);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("bench: round 1 of 1: fp16 ceiling");
        assertThat(run.out())
                .containsPattern("- fp16 ceiling: [0-9.]+ pictures/s")
                .containsPattern("  - of the fp16 ceiling: ([0-9.]+), round by round: \\1\\R");
    }

    @Test
    void comparesWithNoCeilingOfOtherWeights() throws IOException {
        Path model = folder.resolve(TinyModel.NAME);
        ModelProto graph = ModelProto.parseFrom(Files.readAllBytes(model.resolve(TinyModel.NAME + ".onnx")));
        Files.write(
                model.resolve(TinyModel.NAME + ".fp16.onnx"),
                graph.toBuilder()
                        .addMetadataProps(StringStringEntryProto.newBuilder()
                                .setKey("xception.source.sha256")
                                .setValue("0123456789ab".repeat(6)))
                        .build()
                        .toByteArray());

        CommandRun run = bench("--concurrency=2", "--against=fp16", ONCE, SHORT);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(" 0123456789ab, fp16, trained, on cpu is no measure for " + TinyModel.NAME);
    }

    @Test
    void writesEveryRoundAsJson() throws IOException {
        Path file = folder.resolve("result.json");
        CommandRun run = bench("--concurrency=1", "--json", "--json-file=" + file, ONCE, SHORT);
        JsonNode json = JsonMapper.shared().readTree(run.out());
        assertThat(json.at("/machine/processors").asInt()).isPositive();
        assertThat(json.at("/result/ceiling/single/batch_size").asInt()).isEqualTo(1);
        assertThat(json.at("/result/ceiling").has("ways")).isTrue();
        assertThat(json.at("/result/ceiling/ways"))
                .allSatisfy(way -> assertThat(way.at("/throughputs")).hasSize(3));
        assertThat(json.at("/result/loads/0/rounds")).hasSize(1);
        assertThat(json.at("/result/loads/0/ratios")).hasSize(1);
        assertThat(json.at("/result/loads/0/rounds/0/latency").has("p999")).isTrue();
        assertThat(json.at("/result/loads/0/rounds/0/errors/by_status")).isEmpty();
        assertThat(JsonMapper.shared().readTree(Files.readString(file))).isEqualTo(json);
    }

    @Test
    void saysWhatModelIsMeasured() {
        assertThat(bench("--concurrency=1", ONCE, SHORT).out())
                .contains("- model: colours unknown, fp32, trained, on cpu");
        JsonNode json = JsonMapper.shared()
                .readTree(bench("--concurrency=1", "--no-ceiling", "--json", ONCE, SHORT)
                        .out());
        assertThat(json.at("/model/precision").asString()).isEqualTo("fp32");
        assertThat(json.at("/model/provider").asString()).isEqualTo("cpu");
    }

    @ParameterizedTest
    @CsvSource({"int8, cpu", "fp32, cuda"})
    void comparesNoServerWithTheCeilingOfAnotherModel(String precision, String provider) {
        describedAs = description(precision, provider);
        CommandRun run = bench("--concurrency=1", ONCE, SHORT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "serves colours unknown, %s, trained, on %s, but the ceiling would be that of colours unknown, fp32, trained, on cpu"
                                .formatted(precision, provider));
        assertThat(bench("--concurrency=1", "--no-ceiling", ONCE, SHORT).exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON"})
    void aServerThatDoesNotSayWhatItServesHasNoCeiling(String description) {
        describedAs = description;
        CommandRun run = bench("--concurrency=1", ONCE, SHORT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("does not say what it serves");
        assertThat(bench("--concurrency=1", "--no-ceiling", ONCE, SHORT).out()).doesNotContain("- model:");
    }

    @Test
    void doesNotMeasureWhatItCannotWrite() {
        Path file = folder.resolve("none/result.json");
        CommandRun run = bench("--concurrency=1", "--json-file=" + file, ONCE, SHORT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().startsWith("error: " + file);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void printsWhatItCouldNotWriteInTheEnd() {
        CommandRun run = bench("--concurrency=1", "--no-ceiling", "--json-file=/dev/full", ONCE, SHORT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("| closed, 1 at a time");
        assertThat(run.err().lines()).last().isEqualTo("error: /dev/full: No space left on device");
    }

    @Test
    void refusesASessionCountThatIsNoNumber() {
        CommandRun run = bench("--concurrency=1", "--server-option=xception.session.count=two");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("xception.session.count must be a number, not 'two'");
    }

    @Test
    void overloadsAndLooksWhetherTheServerRecovers() {
        CommandRun run = bench("--concurrency=1", "--overload=2", "--duration=1s", ONCE);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("of peak", "goodput, median: ", "refusals: 0");
    }

    @Test
    void overloadsWithCallersWhoDoNotSayHowLongTheyWait() {
        CommandRun run = bench("--concurrency=1", "--overload=2", "--hang-up", "--deadline=1ms", "--duration=1s", ONCE);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsPattern("open, .*hung up");
    }

    @Test
    void soaks() {
        assertThat(bench("--concurrency=1", "--soak=0.5", "--duration=1s").out())
                .contains("of capacity", "| open, ");
    }

    @Test
    void doesNotMeasureAServerThatRefusesTheFirstPicture() {
        status.set(404);
        CommandRun run = bench();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("answers the first picture with 404");
    }

    @Test
    void saysThatThereIsNoServer() {
        server.stop(0);
        CommandRun run = bench();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no server there");
    }

    @Test
    void sendsNoLoadToAnotherMachine() {
        CommandRun run = CommandRun.of("bench", "--url=http://192.0.2.1:8080", "--images=" + picture);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("another machine");
    }

    @ParameterizedTest
    @CsvSource({
        "--drain=0, at least one time",
        "--java-option=-Xmx1g, started",
        "--overload=2 --rate=5, --rate is not for",
        "--hang-up --soak=0.5, --hang-up is for --overload",
        "--soak=0.5 --rounds=3, --rounds is not for",
        "--drain=1 --rounds=3, --rounds is not for",
        "--start --pid=1, --pid is for a server that runs already",
        "--start --url=http://127.0.0.1:8080, --url is for a server that runs already",
        "--soak=0.5 --against=fp16, --against is for",
        "--no-ceiling --against=fp16, --against is for",
        "--against=fp32, another precision",
        "--drain=1 --url=http://127.0.0.1:8080, --url is for a server that runs already",
        "--start --java-option=-XX:ActiveProcessorCount=1, other processors"
    })
    void refusesOptionsThatItWouldIgnore(String options, String message) {
        CommandRun run = benchWithoutUrl(options.split(" "));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xception.session.count", "xception.session.Count"})
    void aLonePictureIsMeasuredInOneOfSeveralSessions(String sessions) {
        CommandRun run = bench("--concurrency=1", "--server-option=" + sessions + "=2", ONCE, SHORT);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err().lines().filter(line -> line.startsWith("bench: ceiling, ")))
                .first()
                .isEqualTo("bench: ceiling, trial 1 of 3: 1 session, batches of 1");
    }

    @Test
    void refusesATimeThatIsNone() {
        CommandRun run = bench("--duration=soon");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'soon' is no time such as 500ms, 30s or 15m");
    }
}
