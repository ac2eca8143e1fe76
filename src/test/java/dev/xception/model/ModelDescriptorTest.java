package dev.xception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDescriptorTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String MINIMAL = """
            name: pets
            input: {width: 64, height: 48, channels: 1}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsTheOfficialXception() {
        ModelDescriptor xception = ModelDescriptor.read(Path.of("models/xception/model.yaml"));

        assertThat(xception.name()).isEqualTo("xception");
        assertThat(xception.input()).isEqualTo(new ModelDescriptor.Input(299, 299, 3));
        assertThat(xception.normalization()).isEqualTo("inception");
        assertThat(xception.preprocessing()).isEqualTo(new ModelDescriptor.Preprocessing("crop", "bilinear"));
        assertThat(xception.licence()).isEqualTo("MIT");
        assertThat(xception.source()).isNotNull();
        assertThat(xception.source().bytes()).isEqualTo(91_884_032);
        assertThat(xception.source().sha256()).startsWith("c5bf1c05");
        assertThat(xception.source().urls())
                .hasSize(2)
                .allSatisfy(url -> assertThat(url)
                        .hasScheme("https")
                        .extracting(URI::getPath)
                        .asString()
                        .endsWith("/" + xception.source().file()));
    }

    @Test
    void fillsInWhatIsUsual() throws IOException {
        ModelDescriptor pets = read(MINIMAL);

        assertThat(pets.source()).isNull();
        assertThat(pets.licence()).isEqualTo("unknown");
        assertThat(pets.normalization()).isEqualTo("auto");
        assertThat(pets.activation()).isEqualTo("auto");
        assertThat(pets.preprocessing()).isEqualTo(ModelDescriptor.Preprocessing.DEFAULT);
        assertThat(pets.labels()).isEqualTo("labels.txt");
    }

    @Test
    void readsWhatItWrites() throws IOException {
        WeightsSource source =
                new WeightsSource("pets.keras", 12_345, SHA256, List.of(URI.create("https://example.org/pets.keras")));
        ModelDescriptor pets = new ModelDescriptor(
                "pets",
                source,
                "CC-BY-4.0: see \"terms\"",
                new ModelDescriptor.Input(64, 48, 1),
                "unit",
                "none",
                new ModelDescriptor.Preprocessing("pad", "lanczos"),
                "pets.txt");

        assertThat(read(pets.toYaml())).isEqualTo(pets);
        assertThat(read(read(MINIMAL).toYaml())).isEqualTo(read(MINIMAL));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fit: crop                            | fit: unknown key
            name: ../pets                        | name: must be up to 64 letters, digits
            name: .pets                          | name: must be up to 64 letters, digits
            name: 7                              | name: must be text, not "7"
            input: {width: 0, height: 1, channels: 3}          | input.width: must be within 1..8192, not 0
            input: {width: 9000000000, height: 1, channels: 3} | input.width: must be a smaller number
            input: {width: x, height: 1, channels: 3}          | input.width: must be a whole number, not "x"
            input: {width: 1.5, height: 1, channels: 3}        | input.width: must be a whole number, not "1.5"
            input: {width: 1, height: 1, channels: 4}          | input.channels: must be 1 or 3, not 4
            input: {width: 1, height: 1}                       | input.channels: is missing
            input: {width: 1, height: 1, channels: 3, size: 2} | input.size: unknown key
            input: 299                                         | input: must be a mapping, not "299"
            normalization: torch                 | normalization: must be one of [auto, caffe, imagenet, inception, none, unit]
            activation: relu                     | activation: must be one of [auto, none]
            preprocessing: {fit: stretch}        | preprocessing.fit: must be one of [crop, pad, squash], not "stretch"
            preprocessing: {filter: cubic}       | preprocessing.filter: must be one of
            labels: ../labels.txt                | labels: must be a plain file name, not "../labels.txt"
            labels:                              | labels: is missing
            source: {file: a/b.h5}               | source.bytes: is missing
            source: {file: a/b.h5, bytes: 1, sha256: x}        | source.file: must be a plain file name
            source: {file: b.h5, bytes: 0, sha256: x}          | source.bytes: must be positive, not 0
            source: {file: b.h5, bytes: 1, sha256: x}          | source.sha256: must be 64 lower-case hex digits, not x
            source: {file: b.h5, bytes: 1, sha256: x, urls: y} | source.urls: must be a list, not "y"
            source: {file: b.h5, bytes: 1, sha256: 7}          | source.sha256: must be text, not "7"
            """)
    void refusesABadValueInOneLineWithFileAndKey(String line, String message) throws IOException {
        String key = line.substring(0, line.indexOf(':') + 1);
        String yaml = MINIMAL.lines().filter(other -> !other.startsWith(key)).toList().stream()
                        .reduce("", (text, other) -> text + other + "\n")
                + line + "\n";
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.resolve("model.yaml") + ": ")
                .hasMessageContaining(message)
                .extracting(error -> error.getMessage().lines().count())
                .isEqualTo(1L);
    }

    @Test
    void refusesAnUnknownKeyOfTheSource() {
        String source = "source: {file: b.h5, bytes: 1, sha256: " + SHA256 + ", md5: y}\n";
        assertThatThrownBy(() -> read(MINIMAL + source)).hasMessageEndingWith("model.yaml: source.md5: unknown key");
    }

    @Test
    void refusesSourcesThatAreNotOnTheWeb() {
        assertThatThrownBy(() -> new WeightsSource("x.h5", 1, SHA256, List.of(URI.create("file:///etc/passwd"))))
                .hasMessage("source.urls: must be http or https addresses, not file:///etc/passwd");
    }

    @Test
    void namesTheLineOfBrokenYaml() {
        assertThatThrownBy(() -> read("name: pets\nname: cats\n")).hasMessageContaining("model.yaml: line ");
        assertThatThrownBy(() -> read("name: [pets\n")).hasMessageContaining("model.yaml: line ");
        assertThatThrownBy(() -> read("pets\n")).hasMessageContaining("is no mapping");
        assertThatThrownBy(() -> read("")).hasMessageContaining("is no mapping");
    }

    @Test
    void saysThatADescriptorIsNoText() throws IOException {
        Path file = Files.write(folder.resolve("model.yaml"), new byte[] {'n', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> ModelDescriptor.read(file)).hasMessage(file + ": is not UTF-8");
    }

    @Test
    void constructsNoJavaObjects() {
        assertThatThrownBy(() -> read("name: !!java.net.URL [\"http://localhost\"]\n"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.yaml: line 1");
    }

    private ModelDescriptor read(String yaml) throws IOException {
        return ModelDescriptor.read(Files.writeString(folder.resolve("model.yaml"), yaml));
    }
}
