package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.TinyModel;
import dev.xception.XceptionApplication;
import dev.xception.model.Labels;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.Precision;
import dev.xception.model.Sha256;
import dev.xception.model.WeightsSource;
import dev.xception.modelimport.ImportOptions;
import dev.xception.modelimport.KerasFixture;
import dev.xception.modelimport.KerasImporter;
import dev.xception.modelimport.quantisation.QuantisationOptions;
import dev.xception.modelimport.quantisation.QuantisationReport;
import dev.xception.modelimport.quantisation.Quantiser;
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** One model, served in each of its precisions: its float graphs are made at start, its int8 graph before. */
class PrecisionIT {

    private static final int SIZE = 8;

    @TempDir
    static Path models;

    @BeforeAll
    static void makeModel() throws IOException {
        Path folder = Files.createDirectory(models.resolve("small"));
        Path weights = KerasFixture.ofColours().wholeModel(folder.resolve("small.h5"), KerasFixture.TOPOLOGY);
        ModelDescriptor descriptor = new ModelDescriptor(
                "small",
                new WeightsSource("small.h5", Files.size(weights), Sha256.of(weights), List.of()),
                "unknown",
                new ModelDescriptor.Input(SIZE, SIZE, 3),
                "auto",
                "auto",
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
        Files.writeString(folder.resolve(Labels.FILE), "red\ngreen\nblue\n");
        Files.writeString(folder.resolve(ModelDescriptor.FILE), descriptor.toYaml());
        quantise(weights, folder);
    }

    private static void quantise(Path weights, Path folder) throws IOException {
        Path floats = folder.resolve(Precision.FP32.fileName("small"));
        KerasImporter.importModel(weights, ImportOptions.named("small"), floats);
        List<ByteBuffer> pictures = pictures();
        QuantisationReport report = Quantiser.quantise(
                floats,
                pictures,
                pictures,
                QuantisationOptions.DEFAULT,
                (_, _, _) -> {},
                folder.resolve(Precision.INT8.fileName("small")));
        assertThat(report.operators()).containsKeys("QLinearConv", "QGemm");
        Files.delete(floats);
    }

    /** Each of one colour. */
    private static List<ByteBuffer> pictures() {
        Random random = new Random(1);
        return Stream.generate(() -> {
                    byte[] colour = new byte[3];
                    random.nextBytes(colour);
                    ByteBuffer pixels = ByteBuffer.allocateDirect(SIZE * SIZE * 3);
                    while (pixels.hasRemaining()) {
                        pixels.put(colour);
                    }
                    return pixels.flip();
                })
                .limit(16)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhichGraphItServes(Precision precision) {
        try (ConfigurableApplicationContext server = serve(precision)) {
            Http http = new Http(port(server, "local.server.port"));
            Http management = new Http(port(server, "local.management.port"));

            Http.Answer answer = http.post("/classify", "image/png", TinyModel.picture(Color.GREEN, 20, 20, "png"));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().at("/predictions/0/label").asString()).isEqualTo("green");
            assertThat(answer.json().at("/model/precision").asString()).isEqualTo(precision.id());

            JsonNode info = management.get("/actuator/info").json();
            assertThat(info.at("/models/0/precision").asString()).isEqualTo(precision.id());
            assertThat(management.get("/actuator/prometheus").body())
                    .containsPattern("xception_model_ready\\{[^}]*precision=\"" + precision.id() + "\"[^}]*} 1");
        }
    }

    private static ConfigurableApplicationContext serve(Precision precision) {
        return new SpringApplication(XceptionApplication.class)
                .run(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--xception.model.directory=" + models,
                        "--xception.model.names=small",
                        "--xception.model.precision=" + precision.id(),
                        "--xception.session.provider=cpu");
    }

    private static int port(ConfigurableApplicationContext server, String property) {
        return server.getEnvironment().getRequiredProperty(property, Integer.class);
    }
}
