package dev.xception.cli;

import dev.xception.classification.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies pictures without a server. */
@Command(name = "classify", description = "Classify pictures: files, folders with all that lies in them, or patterns.")
final class ClassifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "A picture, a folder or a quoted pattern.")
    List<String> images;

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "5",
            description = "How many classes (default: ${DEFAULT-VALUE}).")
    int top;

    @ArgGroup
    @Nullable
    Format format;

    @Mixin
    PictureOptions pictures;

    @Mixin
    ModelOptions model;

    /** Without these, a table. */
    static final class Format {

        @Option(names = "--json", description = "One JSON object per picture and line.")
        boolean json;

        @Option(names = "--csv", description = "One row per picture and class.")
        boolean csv;
    }

    ClassifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        List<Path> files = PictureFiles.find(images);
        try (PictureClassification classification =
                PictureClassification.load(model, pictures, files.size(), terminal)) {
            ServedModel served = classification.classifier().model();
            if (top < 1 || top > served.classes()) {
                throw new CommandException("--top must be from 1 to " + served.classes() + ", not " + top);
            }
            return classify(files, classification);
        }
    }

    /** A picture that cannot be read does not stop the others. */
    private int classify(List<Path> files, PictureClassification classification) {
        ClassificationFormat lines = classificationFormat();
        AtomicInteger refused = new AtomicInteger();
        lines.header(classification.classifier().model()).forEach(terminal::print);
        try (Progress progress = terminal.progress("classify", "", 1, files.size())) {
            classification.run(files, top, outcome -> {
                progress.step();
                progress.print(() -> {
                    switch (outcome) {
                        case Outcome.Classified(Path picture, var answer) ->
                            lines.lines(picture, answer).forEach(terminal::print);
                        case Outcome.Refused(String reason) -> {
                            refused.incrementAndGet();
                            terminal.warn("error: " + reason);
                        }
                    }
                });
            });
        }
        return refused.get() == 0 ? 0 : 1;
    }

    private ClassificationFormat classificationFormat() {
        if (format == null) {
            return TableFormat.on(terminal);
        }
        return format.json ? new JsonLinesFormat() : new CsvFormat();
    }
}
