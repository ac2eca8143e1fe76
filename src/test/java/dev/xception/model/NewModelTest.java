package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewModelTest {

    private static final Labels LABELS = new Labels(List.of(new Labels.Label("", "cat"), new Labels.Label("", "dog")));

    @TempDir
    private Path root;

    @Test
    void putsTheWholeModelInItsPlace() throws IOException {
        try (NewModel model = directory().create("pets", false)) {
            Files.writeString(model.onnx(Precision.FP32), "graph");
            assertThat(root.resolve("pets")).doesNotExist();
            assertThat(model.commit(pets("unit"), LABELS)).isEqualTo(root.resolve("pets"));
        }
        assertThat(filesOf(root)).containsExactly("pets");
        assertThat(filesOf(root.resolve("pets"))).containsExactly("labels.txt", "model.yaml", "pets.onnx");
        assertThat(directory().descriptor("pets")).isEqualTo(pets("unit"));
        assertThat(Labels.read(root.resolve("pets/labels.txt"))).isEqualTo(LABELS);
    }

    @Test
    void leavesNothingWithoutACommit() throws IOException {
        try (NewModel model = directory().create("pets", false)) {
            Files.writeString(model.onnx(Precision.FP32), "graph");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void leavesNothingWhenItsProcessIsToldToEnd() throws Exception {
        Process process = OtherProcess.of(Unfinished.class, root)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.getInputStream().read())
                    .as("its graph is written")
                    .isEqualTo('!');
            assertThat(root).isNotEmptyDirectory();
            process.destroy();
            process.waitFor();
            assertThat(root).isEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Another process: writes a graph, says so, and never finishes the model. */
    static final class Unfinished {

        public static void main(String[] root) throws Exception {
            try (NewModel model = directory(Path.of(root[0])).create("pets", false)) {
                Files.writeString(model.onnx(Precision.FP32), "graph");
                System.out.write('!');
                System.out.flush();
                assertThat(new CountDownLatch(1).await(1, TimeUnit.MINUTES)).isFalse();
            }
        }
    }

    @Test
    void refusesToReplaceAModelUnlessTold() throws IOException {
        create("unit", false);
        assertThatThrownBy(() -> directory().create("pets", false))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        root.resolve("pets") + " is there already: choose another name, or replace it with --force");
        assertThat(filesOf(root)).containsExactly("pets");
    }

    @Test
    void refusesToReplaceAModelThatSomebodyElseHasMadeMeanwhile() throws IOException {
        try (NewModel late = directory().create("pets", false)) {
            Files.writeString(late.onnx(Precision.FP32), "late");
            create("unit", false);
            assertThatThrownBy(() -> late.commit(pets("none"), LABELS)).hasMessageContaining("is there already");
        }
        assertThat(directory().descriptor("pets").normalization()).isEqualTo("unit");
        assertThat(root.resolve("pets/pets.onnx")).hasContent("graph");
        assertThat(filesOf(root)).containsExactly("pets");
    }

    @Test
    void replacesAModelAndDropsWhatWasMadeFromTheOldOne() throws IOException {
        create("unit", false);
        Files.writeString(root.resolve("pets/pets.int8.onnx"), "old");
        Files.writeString(root.resolve("pets/pets.keras"), "weights");

        create("none", true);

        assertThat(directory().descriptor("pets").normalization()).isEqualTo("none");
        assertThat(filesOf(root.resolve("pets")))
                .containsExactly(".lock", "labels.txt", "model.yaml", "pets.keras", "pets.onnx");
        assertThat(filesOf(root)).containsExactly("pets");
    }

    @Test
    void replacesTheGraphsOfEachPrecisionByThoseThatWereMade() throws IOException {
        create("unit", false);
        Files.writeString(root.resolve("pets/pets.fp16.onnx"), "old");
        Files.writeString(root.resolve("pets/pets.int8.onnx"), "old");
        try (NewModel model = directory().create("pets", true)) {
            Files.writeString(model.onnx(Precision.FP16), "half");
            model.commit(pets("none"), LABELS);
        }
        assertThat(root.resolve("pets/pets.fp16.onnx")).hasContent("half");
        assertThat(filesOf(root.resolve("pets")))
                .containsExactly(".lock", "labels.txt", "model.yaml", "pets.fp16.onnx");
    }

    @Test
    void refusesANameThatLeadsElsewhere() {
        assertThatThrownBy(() -> directory().create("../pets", true)).isInstanceOf(ModelException.class);
        assertThat(root).isEmptyDirectory();
    }

    private void create(String normalization, boolean replace) throws IOException {
        try (NewModel model = directory().create("pets", replace)) {
            Files.writeString(model.onnx(Precision.FP32), "graph");
            model.commit(pets(normalization), LABELS);
        }
    }

    private ModelDirectory directory() {
        return directory(root);
    }

    private static ModelDirectory directory(Path root) {
        WeightsDownload download = new WeightsDownload(Map.of(), Duration.ofSeconds(1), Duration.ofSeconds(1));
        return new ModelDirectory(root, request -> {}, download, true);
    }

    private static ModelDescriptor pets(String normalization) {
        return new ModelDescriptor(
                "pets",
                null,
                "MIT",
                new ModelDescriptor.Input(64, 64, 1),
                normalization,
                "auto",
                ModelDescriptor.Preprocessing.DEFAULT,
                Labels.FILE);
    }

    private static List<String> filesOf(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
