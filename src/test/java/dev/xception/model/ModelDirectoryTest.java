package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.xception.OtherProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ModelDirectoryTest {

    private static final byte[] WEIGHTS = "weights".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "other weights".getBytes(StandardCharsets.UTF_8);
    private static final DownloadProgress UNHEARD = (bytes, totalBytes) -> {};

    private final AtomicInteger imports = new AtomicInteger();

    @TempDir
    private Path root;

    @Test
    void usesTheGraphThatWasMadeFromTheDescribedSource() throws IOException {
        Path onnx = writeOnnx(describe("pets").resolve("pets.onnx"), sha256(WEIGHTS), "trained");

        ServableModel model = resolve("pets", WhenMissing.FAIL);

        assertThat(imports).hasValue(0);
        assertThat(model.onnx()).isEqualTo(onnx);
        assertThat(model.trained()).isTrue();
        assertThat(model.version()).isEqualTo(sha256(WEIGHTS).substring(0, 12));
        assertThat(model.labels().size()).isEqualTo(2);
        assertThat(model.descriptor().licence()).isEqualTo("MIT");
        assertThat(root.resolve("pets/.lock")).doesNotExist();
    }

    @Test
    void importsTheWeightsThatLieThere() throws IOException {
        Files.write(describe("pets").resolve("pets.h5"), WEIGHTS);

        ServableModel model = resolve("pets", WhenMissing.FAIL);

        assertThat(model.onnx()).isEqualTo(root.resolve("pets/pets.onnx")).exists();
        assertThat(model.version()).isEqualTo(sha256(WEIGHTS).substring(0, 12));
        assertThat(resolve("pets", WhenMissing.FAIL)).isEqualTo(model);
        assertThat(imports).hasValue(1);
        assertThat(filesOf("pets")).containsExactly(".lock", "labels.txt", "model.yaml", "pets.h5", "pets.onnx");
    }

    @Test
    void downloadsAndImportsWhereNothingLiesThere() throws IOException {
        try (WeightsServer server = new WeightsServer()) {
            describe("pets", server.at("/pets.h5", WeightsServer.file(WEIGHTS)));
            assertThat(resolve("pets", WhenMissing.UNTRAINED).trained()).isTrue();
            assertThat(root.resolve("pets/pets.h5")).hasBinaryContent(WEIGHTS);
        }
    }

    @Test
    void makesTheGraphAnewWhereItIsCutOff() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        Path onnx = writeOnnx(folder.resolve("pets.onnx"), sha256(WEIGHTS), "trained");
        byte[] whole = Files.readAllBytes(onnx);
        Files.write(onnx, Arrays.copyOf(whole, whole.length - 3));

        resolve("pets", WhenMissing.FAIL);

        assertThat(imports).hasValue(1);
        assertThat(onnx).hasBinaryContent(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no graph at all"})
    void makesTheGraphAnewWhereTheFileIsNone(String content) throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        Files.writeString(folder.resolve("pets.onnx"), content);
        resolve("pets", WhenMissing.FAIL);
        assertThat(imports).hasValue(1);
    }

    @Test
    void makesTheGraphAnewWhereItCameFromOtherWeights() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        writeOnnx(folder.resolve("pets.onnx"), sha256(OTHER), "trained");
        assertThat(resolve("pets", WhenMissing.FAIL).version())
                .isEqualTo(sha256(WEIGHTS).substring(0, 12));
        assertThat(imports).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "xception.importer.version, 0, 1",
        "xception.input.size, 4x2, 2x2",
        "xception.normalization, unit, inception",
        "xception.activation, none, auto"
    })
    void makesTheGraphAnewWhereItWouldComeOutOtherwise(String key, String then, String now) throws IOException {
        Path folder = describe("pets", URI.create("http://127.0.0.1:1/pets.h5"));
        edit(folder, "normalization: auto", "normalization: inception");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
            Path onnx = folder.resolve(precision.fileName("pets"));
            imports.set(0);
            writeOnnx(onnx, sha256(WEIGHTS), "trained", entry(key, now));
            directory(this::importModel, true).resolve("pets", precision, WhenMissing.FAIL, UNHEARD);
            assertThat(imports).as("made as it would be now").hasValue(0);

            writeOnnx(onnx, sha256(WEIGHTS), "trained", entry(key, then));
            ServableModel model =
                    directory(this::importModel, true).resolve("pets", precision, WhenMissing.FAIL, UNHEARD);
            assertThat(imports).hasValue(1);
            assertThat(model.metadata()).doesNotContainKey(key);
        }
    }

    /** Which has no address of its weights: its options were the command line's. */
    @Test
    void keepsTheGraphOfAnotherImporterThatSomebodyImported() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        Path onnx = writeOnnx(
                folder.resolve("pets.onnx"), sha256(WEIGHTS), "trained", entry("xception.importer.version", "0"));
        assertThat(warningsOf(() -> resolve("pets", WhenMissing.FAIL)))
                .containsExactly(
                        onnx + " was made with xception.importer.version 0 instead of 1; it is used all the same:"
                                + " import it again");
        assertThat(imports).hasValue(0);
    }

    @Test
    void leavesTheNormalizationToAGraphWhoseDescriptionStatesNone() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        writeOnnx(folder.resolve("pets.onnx"), sha256(WEIGHTS), "trained", entry("xception.normalization", "unit"));
        resolve("pets", WhenMissing.FAIL);
        assertThat(imports).hasValue(0);
    }

    @Test
    void keepsAnOutdatedGraphWhoseWeightsDoNotLieThere() throws IOException {
        Path folder = describe("pets", URI.create("http://127.0.0.1:1/pets.h5"));
        Path onnx = writeOnnx(
                folder.resolve("pets.onnx"), sha256(WEIGHTS), "trained", entry("xception.importer.version", "0"));
        assertThat(warningsOf(() ->
                        assertThat(resolve("pets", WhenMissing.FAIL).onnx()).isEqualTo(onnx)))
                .containsExactly(
                        onnx + " was made with xception.importer.version 0 instead of 1; it is used all the same, as "
                                + folder + " cannot be written or lacks its weights file: import it again");

        Files.write(folder.resolve("pets.h5"), OTHER);
        assertThat(resolve("pets", WhenMissing.FAIL).onnx())
                .as("other weights than it was made from")
                .isEqualTo(onnx);
        assertThat(imports).hasValue(0);
    }

    @Test
    void keepsAnOutdatedInt8GraphAndAsksForAnother() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        Path onnx = writeOnnx(
                folder.resolve("pets.int8.onnx"), sha256(WEIGHTS), "trained", entry("xception.activation", "none"));
        ModelDirectory directory = directory(this::importModel, true);
        assertThat(warningsOf(() -> directory.resolve("pets", Precision.INT8, WhenMissing.FAIL, UNHEARD)))
                .containsExactly(
                        onnx + " was made with xception.activation none instead of auto; it is used all the same:"
                                + " quantize the model again");
        assertThat(imports).hasValue(0);
    }

    @Test
    void doesNotTakeRandomWeightsForTheModel() throws IOException {
        writeOnnx(describe("pets").resolve("pets.onnx"), sha256(WEIGHTS), "untrained");
        assertThatThrownBy(() -> resolve("pets", WhenMissing.FAIL)).isInstanceOf(WeightsUnavailableException.class);
    }

    @Test
    void saysWhichFileToPutWhereWhenThereIsNoNetwork() throws IOException {
        Path folder = describe("pets", URI.create("http://127.0.0.1:1/pets.h5"));
        assertThatThrownBy(() -> resolve("pets", WhenMissing.FAIL))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model pets has no weights: put pets.h5 into " + folder
                        + " (download failed: http://127.0.0.1:1/pets.h5: ")
                .extracting(error -> error.getMessage().lines().count())
                .isEqualTo(1L);
        assertThat(filesOf("pets")).containsExactly(".lock", "labels.txt", "model.yaml");
    }

    @Test
    void servesXceptionWithRandomWeightsWhereThatIsAllowedAndNothingCanBeHad() throws IOException {
        WeightsSource official =
                Objects.requireNonNull(BuiltInModel.descriptor().source());
        WeightsSource here = new WeightsSource(official.file(), official.bytes(), official.sha256(), List.of());
        Path folder = describe("animals", here);
        ServableModel model = resolve("animals", WhenMissing.UNTRAINED);
        assertThat(model.trained()).isFalse();
        assertThat(model.version()).isEqualTo("untrained");
        assertThat(folder.resolve("animals.onnx")).doesNotExist();

        Files.write(folder.resolve(official.file()), WEIGHTS);
        ModelDirectory unchecked = directory(this::importModel, false);
        assertThat(unchecked
                        .resolve("animals", Precision.FP32, WhenMissing.UNTRAINED, UNHEARD)
                        .trained())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pets", "xception"})
    void refusesRandomWeightsForAnyModelThatIsNotTheOfficialXception(String name) throws IOException {
        Path folder = describe(name);
        assertThatThrownBy(() -> resolve(name, WhenMissing.UNTRAINED))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage("model " + name + " has no weights: put " + name + ".h5 into " + folder);
        assertThat(imports).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "UNTRAINED"})
    void refusesWeightsThatAreNotTheDescribedOnes(WhenMissing whenMissing) throws IOException {
        Path laid = Files.write(describe("pets").resolve("pets.h5"), OTHER);
        assertThatThrownBy(() -> resolve("pets", whenMissing))
                .hasMessageStartingWith(
                        laid + " (13 bytes, sha256 " + sha256(OTHER) + ") is not the described pets.h5 (7 bytes")
                .hasMessageContaining("xception.model.verify-digest=false");
        assertThat(laid).hasBinaryContent(OTHER);
        assertThat(imports).hasValue(0);
    }

    @Test
    void usesOtherWeightsWhereTheDigestCheckIsOff() throws IOException {
        Path laid = Files.write(describe("pets").resolve("pets.h5"), OTHER);
        ModelDirectory unchecked = directory(this::importModel, false);

        assertThat(resolve(unchecked, "pets").version()).isEqualTo(sha256(OTHER).substring(0, 12));
        assertThat(resolve(unchecked, "pets").trained()).isTrue();
        assertThat(imports).as("the second start uses the graph").hasValue(1);

        Files.write(laid, "a third kind".getBytes(StandardCharsets.UTF_8));
        resolve(unchecked, "pets");
        assertThat(imports).as("other weights make another graph").hasValue(2);
        assertThatThrownBy(() -> resolve("pets", WhenMissing.FAIL)).hasMessageContaining("is not the described");
    }

    @Test
    void leavesNothingOfAnImportThatFails() throws IOException {
        Files.write(describe("pets").resolve("pets.h5"), WEIGHTS);
        ModelDirectory failing = directory(
                request -> {
                    throw new IllegalArgumentException("pets.h5: layer conv1 lacks its kernel");
                },
                true);
        assertThatThrownBy(() -> resolve(failing, "pets")).hasMessage("pets.h5: layer conv1 lacks its kernel");
        assertThat(filesOf("pets")).containsExactly(".lock", "labels.txt", "model.yaml", "pets.h5");
    }

    @Test
    void tellsTheImporterWhatToMake() throws IOException {
        Path weights = Files.write(describe("pets").resolve("pets.h5"), WEIGHTS);
        List<ImportRequest> requests = new ArrayList<>();
        ModelDirectory asking = directory(
                request -> {
                    requests.add(request);
                    importModel(request);
                },
                true);
        asking.resolve("pets", Precision.FP16, WhenMissing.FAIL, UNHEARD);

        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst().precision()).isEqualTo(Precision.FP16);
        assertThat(requests.getFirst().weights()).isEqualTo(weights);
        assertThat(requests.getFirst().labelsSha256()).isEqualTo(Sha256.of("n02123045 tabby\ndog\n"));
        assertThat(root.resolve("pets/pets.fp16.onnx")).exists();
    }

    @Test
    void servesInt8OnlyWhereItWasMade() throws IOException {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        ModelDirectory directory = directory(this::importModel, true);
        assertThatThrownBy(() -> directory.resolve("pets", Precision.INT8, WhenMissing.UNTRAINED, UNHEARD))
                .hasMessageStartingWith(folder.resolve("pets.int8.onnx") + " is missing");

        writeOnnx(folder.resolve("pets.int8.onnx"), sha256(WEIGHTS), "trained");
        assertThat(directory
                        .resolve("pets", Precision.INT8, WhenMissing.FAIL, UNHEARD)
                        .precision())
                .isEqualTo(Precision.INT8);
    }

    @ParameterizedTest
    @CsvSource({"FP32, int8", "FP32, fp16", "FP16, fp32", "INT8, fp32", "INT8, int4"})
    void refusesAGraphOfAnotherPrecisionThanItsNameSays(Precision served, String made) throws IOException {
        Path onnx = describe("pets").resolve(served.fileName("pets"));
        ModelDirectory directory = directory(this::importModel, true);
        writeOnnx(onnx, sha256(WEIGHTS), "trained", entry("xception.precision", made));
        assertThatThrownBy(() -> directory.resolve("pets", served, WhenMissing.UNTRAINED, UNHEARD))
                .isInstanceOf(ModelException.class)
                .hasMessage(onnx + ": the graph's precision is " + made + ", not " + served.id());

        writeOnnx(onnx, sha256(WEIGHTS), "trained", entry("xception.precision", served.id()));
        assertThat(directory.resolve("pets", served, WhenMissing.FAIL, UNHEARD).onnx())
                .isEqualTo(onnx);
        assertThat(imports).hasValue(0);
    }

    @Test
    void startsAtTheSameTimeImportOnce() throws Exception {
        Files.write(describe("pets").resolve("pets.h5"), WEIGHTS);
        CyclicBarrier together = new CyclicBarrier(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<ServableModel> start = () -> {
                together.await();
                return resolve("pets", WhenMissing.FAIL);
            };
            List<Future<ServableModel>> models = threads.invokeAll(List.of(start, start, start, start));
            for (Future<ServableModel> model : models) {
                assertThat(model.get().trained()).isTrue();
            }
        }
        assertThat(imports).hasValue(1);
    }

    @Test
    void waitsForAnotherProcessThatPreparesTheModel() throws Exception {
        Path folder = describe("pets");
        Files.write(folder.resolve("pets.h5"), WEIGHTS);
        Process holder = OtherProcess.of(LockHolder.class, folder)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var threads = Executors.newSingleThreadExecutor()) {
            assertThat(holder.getInputStream().read())
                    .as("the other process holds the lock")
                    .isEqualTo('!');
            CountDownLatch warned = new CountDownLatch(1);
            Future<List<String>> warnings = threads.submit(() -> warningsOf(
                    () -> assertThat(resolve("pets", WhenMissing.FAIL).trained())
                            .isTrue(),
                    warned::countDown));
            warned.await();
            assertThatThrownBy(() -> warnings.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            writeOnnx(folder.resolve("pets.onnx"), sha256(WEIGHTS), "trained");
            holder.getOutputStream().close();
            assertThat(warnings.get())
                    .containsExactly(folder + " is being prepared by another process; waiting for it");
        } finally {
            holder.destroy();
        }
        assertThat(imports).as("the other process made it").hasValue(0);
    }

    @Test
    void takesTheModelThatAnImportPutInItsPlaceMeanwhile() throws Exception {
        Path folder = describe("pets");
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<ServableModel> model;
            try (DirectoryLock _ = DirectoryLock.acquire(folder)) {
                model = threads.submit(() -> resolve("pets", WhenMissing.FAIL));
                assertThatThrownBy(() -> model.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                describe("pets", new WeightsSource("other.h5", OTHER.length, sha256(OTHER), List.of()));
                writeOnnx(folder.resolve("pets.onnx"), sha256(OTHER), "trained");
            }
            assertThat(model.get().version()).isEqualTo(sha256(OTHER).substring(0, 12));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pets.onnx", "pets.h5"})
    void namesTheFolderThatLiesWhereAFileShould(String file) throws IOException {
        Path folder = Files.createDirectory(describe("pets").resolve(file));
        assertThatThrownBy(() -> resolve("pets", WhenMissing.FAIL))
                .isInstanceOf(ModelException.class)
                .hasMessage(folder + ": Is a directory");
    }

    /** Another process: takes the folder's lock, says so, and holds it until its input ends. */
    static final class LockHolder {

        public static void main(String[] folder) throws IOException {
            try (DirectoryLock lock = DirectoryLock.acquire(Path.of(folder[0]))) {
                assertThat(lock).isNotNull();
                System.out.write('!');
                System.out.flush();
                assertThat(System.in.read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../pets", "a/b", "a\\b", "", ".hidden", "/etc", "a\0b"})
    void refusesNamesThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> directory(this::importModel, true).folder(name))
                .isInstanceOf(ModelException.class)
                .hasMessageEndingWith("is no model name");
        assertThatThrownBy(() -> resolve(name, WhenMissing.FAIL)).isInstanceOf(ModelException.class);
    }

    @Test
    void listsTheModels() throws IOException {
        describe("pets");
        describe("cats");
        Files.createDirectory(root.resolve("empty"));
        Files.createDirectories(root.resolve(".git"));
        assertThat(directory(this::importModel, true).names()).containsExactly("cats", "pets");
        assertThatThrownBy(() -> resolve("dogs", WhenMissing.FAIL))
                .hasMessageStartingWith("no model \"dogs\" in " + root + ", which has [cats, pets]");
        assertThat(new ModelDirectory(root.resolve("none"), this::importModel, download(), true).names())
                .isEmpty();
    }

    @Test
    void refusesAFolderThatDescribesAnotherModel() throws IOException {
        Files.move(describe("pets"), root.resolve("cats"));
        assertThatThrownBy(() -> resolve("cats", WhenMissing.FAIL))
                .hasMessageEndingWith("name: must be the folder's name \"cats\", not \"pets\"");
    }

    @Test
    void knowsXceptionWithoutAnyFile() {
        Path models = root.resolve("new/models");
        ModelDescriptor xception =
                new ModelDirectory(models, this::importModel, download(), true).descriptor("xception");

        assertThat(xception).isEqualTo(ModelDescriptor.read(Path.of("models/xception/model.yaml")));
        assertThat(models).doesNotExist();
    }

    @Test
    void describesXceptionInItsFolderBeforeItIsMade() throws IOException {
        ModelDirectory directory = new ModelDirectory(root.resolve("new/models"), this::importModel, download(), true);
        assertThatThrownBy(() -> directory.resolve("xception", Precision.INT8, WhenMissing.FAIL, UNHEARD))
                .hasMessageEndingWith("quantize the model first");

        Path folder = root.resolve("new/models/xception");
        assertThat(ModelDescriptor.read(folder.resolve("model.yaml"))).isEqualTo(directory.descriptor("xception"));
        assertThat(Labels.read(folder.resolve("labels.txt"))).isEqualTo(Labels.imagenet());
        try (var files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder(".lock", "labels.txt", "model.yaml");
        }
    }

    private ServableModel resolve(String name, WhenMissing whenMissing) {
        return directory(this::importModel, true).resolve(name, Precision.FP32, whenMissing, UNHEARD);
    }

    private static ServableModel resolve(ModelDirectory directory, String name) {
        return directory.resolve(name, Precision.FP32, WhenMissing.FAIL, UNHEARD);
    }

    private ModelDirectory directory(ModelImporter importer, boolean verifyDigest) {
        return new ModelDirectory(root, importer, download(), verifyDigest);
    }

    private static WeightsDownload download() {
        return new WeightsDownload(Map.of(), Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private void importModel(ImportRequest request) throws IOException {
        imports.incrementAndGet();
        Path weights = request.weights();
        String sha256 = weights == null ? "none" : Sha256.of(weights);
        writeOnnx(request.onnx(), sha256, weights == null ? "untrained" : "trained");
    }

    private static void edit(Path folder, String old, String changed) throws IOException {
        Path descriptor = folder.resolve(ModelDescriptor.FILE);
        Files.writeString(descriptor, Files.readString(descriptor).replace(old, changed));
    }

    private static List<String> warningsOf(Runnable action) {
        return warningsOf(action, () -> {});
    }

    private static List<String> warningsOf(Runnable action, Runnable atEach) {
        Logger logger = (Logger) LoggerFactory.getLogger(ModelDirectory.class.getPackageName());
        ListAppender<ILoggingEvent> appender = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent event) {
                super.append(event);
                if (event.getLevel() == Level.WARN) {
                    atEach.run();
                }
            }
        };
        appender.start();
        logger.addAppender(appender);
        try {
            action.run();
        } finally {
            logger.detachAppender(appender);
        }
        return appender.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private Path describe(String name, URI... urls) throws IOException {
        return describe(name, new WeightsSource(name + ".h5", WEIGHTS.length, sha256(WEIGHTS), List.of(urls)));
    }

    private Path describe(String name, WeightsSource source) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        ModelDescriptor descriptor = new ModelDescriptor(
                name,
                source,
                "MIT",
                new ModelDescriptor.Input(2, 2, 3),
                "auto",
                "auto",
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
        Files.writeString(folder.resolve(ModelDescriptor.FILE), descriptor.toYaml());
        Files.writeString(folder.resolve(Labels.FILE), "n02123045 tabby\ndog\n");
        return folder;
    }

    static Path writeOnnx(Path file, String sourceSha256, String weights, StringStringEntryProto... others)
            throws IOException {
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .setGraph(GraphProto.newBuilder().setName("graph of some length"))
                .addMetadataProps(entry("xception.source.sha256", sourceSha256))
                .addMetadataProps(entry("xception.weights", weights))
                .addAllMetadataProps(List.of(others))
                .build();
        return Files.write(file, model.toByteArray());
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static String sha256(byte[] bytes) {
        return Sha256.hex(Sha256.newDigest().digest(bytes));
    }

    private List<String> filesOf(String model) throws IOException {
        try (var files = Files.list(root.resolve(model))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
