package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.TestData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

class LabelsTest {

    @TempDir
    private Path folder;

    @Test
    void readsWordnetIdsAndNames() throws IOException {
        Labels labels = read("n01440764 tench\nn01443537 gold fish\n");
        assertThat(labels.entries())
                .containsExactly(new Labels.Label("n01440764", "tench"), new Labels.Label("n01443537", "gold fish"));
    }

    @Test
    void readsPlainNames() throws IOException {
        Labels labels = read("\uFEFFcat\r\nbig dog\r\n  n123 no id\r\nZürich");
        assertThat(labels.entries()).extracting(Labels.Label::wordnetId).containsOnly("");
        assertThat(labels.entries())
                .extracting(Labels.Label::name)
                .containsExactly("cat", "big dog", "n123 no id", "Zürich");
    }

    @Test
    void readsWhatItWrites() throws IOException {
        Labels labels = read("n01440764 tench\nplain\n");
        assertThat(labels.toText()).isEqualTo("n01440764 tench\nplain\n");
        assertThat(read(labels.toText())).isEqualTo(labels);
    }

    @Test
    void digestIgnoresLineEnds() throws IOException {
        assertThat(read("a\r\nb").sha256()).isEqualTo(read("a\nb\n").sha256()).hasSize(64);
        assertThat(read("a\nb").sha256()).isNotEqualTo(read("a\nc").sha256());
    }

    @Test
    void refusesWhatHoldsNoLabels() throws IOException {
        assertThatThrownBy(() -> read("")).hasMessageEndingWith("labels.txt: holds no labels");
        assertThatThrownBy(() -> read("a\n\nb\n")).hasMessageEndingWith("labels.txt: line 2 is empty");
        Files.write(folder.resolve("labels.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Labels.read(folder.resolve("labels.txt")))
                .hasMessageEndingWith("labels.txt: is not UTF-8");
        assertThatThrownBy(() -> Labels.read(folder.resolve("none.txt"))).hasMessageEndingWith("no such file");
    }

    @Test
    void imagenetHasAThousandClasses() {
        Labels labels = Labels.imagenet();
        assertThat(labels.size()).isEqualTo(1000);
        assertThat(labels.get(0)).isEqualTo(new Labels.Label("n01440764", "tench"));
        assertThat(labels.get(207)).isEqualTo(new Labels.Label("n02099601", "golden_retriever"));
        assertThat(labels.get(999)).isEqualTo(new Labels.Label("n15075141", "toilet_tissue"));
        assertThat(labels.entries()).doesNotHaveDuplicates();
        assertThat(Labels.read(Path.of("models/xception/labels.txt"))).isEqualTo(labels);
    }

    @Test
    void imagenetIsWhatKerasHas() throws IOException {
        Path index = TestData.require("imagenet_class_index.json");
        Object keras = new Yaml().load(Files.readString(index));
        assertThat(keras).asString().isEqualTo(asKerasWritesIt(Labels.imagenet()));
    }

    private static String asKerasWritesIt(Labels labels) {
        return IntStream.range(0, labels.size())
                .mapToObj(i -> i + "=[" + labels.get(i).wordnetId() + ", "
                        + labels.get(i).name() + "]")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private Labels read(String text) throws IOException {
        return Labels.read(Files.writeString(folder.resolve("labels.txt"), text));
    }
}
