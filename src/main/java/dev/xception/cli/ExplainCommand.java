package dev.xception.cli;

import dev.xception.classification.Classifier;
import dev.xception.classification.Explainer;
import dev.xception.classification.ImageSource;
import dev.xception.classification.Overlay;
import dev.xception.classification.Prediction;
import dev.xception.image.InvalidImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws where in a picture the evidence for a class lies. */
@Command(name = "explain", description = "Draw where in a picture the evidence for a class lies, as PNG.")
final class ExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "IMAGE", description = "The picture.")
    Path image;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The PNG to write.")
    Path output;

    @Option(names = "--class", paramLabel = "INDEX", description = "The class (default: the most probable one).")
    @Nullable
    Integer classIndex;

    @Option(
            names = "--overlay",
            paramLabel = "model|original",
            defaultValue = "original",
            description = "What lies under the map: the picture as the model sees it, or as it is (default: original).")
    Overlay overlay;

    @Mixin
    PictureOptions pictures;

    @Mixin
    ModelOptions model;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        byte[] encoded = NamedFile.readAllBytes(image);
        try (PictureClassification loaded = PictureClassification.load(model, pictures, 1, terminal)) {
            Classifier classifier = loaded.classifier();
            int classes = classifier.model().classes();
            if (classIndex != null && (classIndex < 0 || classIndex >= classes)) {
                throw new CommandException("--class must be from 0 to " + (classes - 1) + ", not " + classIndex);
            }
            Explainer.Drawing drawing = new Explainer(classifier)
                    .draw(
                            ImageSource.of(encoded),
                            classIndex,
                            classifier.model().fit(),
                            overlay,
                            classifier.deadlineAfter(PictureClassification.PATIENCE));
            try (OutputFile file = new OutputFile(output)) {
                file.stream().write(drawing.png());
                file.commit();
            }
            Prediction explained = drawing.explanation().prediction();
            terminal.print(String.format(
                    Locale.ROOT,
                    "%s: %s, class %d, rank %d, %.1f %%",
                    output,
                    explained.label(),
                    explained.classIndex(),
                    explained.rank(),
                    100 * explained.probability()));
            return 0;
        } catch (InvalidImageException e) {
            throw new CommandException(image + ": " + e.getMessage(), e);
        }
    }
}
