package dev.xception.api;

import dev.xception.TestData;
import dev.xception.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model directory with the trained network of the reference files: MobileNet 0.75, which is imported at start. */
final class MobileNet {

    static final String NAME = "mobilenet";

    static final String WEIGHTS = "mobilenet_v1_0.75_224.h5";

    private MobileNet() {}

    /** Makes the model's folder in this directory. */
    static Path create(Path directory) {
        try {
            Path folder = Files.createDirectory(directory.resolve(NAME));
            Files.copy(TestData.require(WEIGHTS), folder.resolve("mobilenet.h5"));
            Files.writeString(folder.resolve("labels.txt"), Labels.imagenet().toText());
            Files.writeString(folder.resolve("model.yaml"), """
                    name: mobilenet
                    source:
                      file: mobilenet.h5
                      bytes: 10666664
                      sha256: 5e689d7e007ed81702be5ac0206beabdc9683abd9138d3f76b73300422a0b3cf
                    input: {width: 224, height: 224, channels: 3}
                    """);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
