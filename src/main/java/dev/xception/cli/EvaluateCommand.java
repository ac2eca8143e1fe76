package dev.xception.cli;

import dev.xception.classification.Prediction;
import dev.xception.classification.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how often a model is right, and how fast it is here. */
@Command(name = "evaluate", description = "Top-1 and top-5 accuracy over labelled pictures, and pictures per second.")
final class EvaluateCommand implements Callable<Integer> {

    private static final int TOP = 5;
    private static final double NANOS = 1e9;

    private final Terminal terminal;

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "The folder of the pictures.")
    Path images;

    @Option(
            names = "--labels",
            required = true,
            paramLabel = "CSV",
            description = "A CSV file with the columns file and class_index.")
    Path labels;

    @Mixin
    PictureOptions pictures;

    @Mixin
    ModelOptions model;

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What has been counted so far. */
    private static final class Score {
        int classified;
        int refused;
        int top1;
        int top5;
    }

    @Override
    public Integer call() throws IOException {
        QuietLogging.start();
        LabelledPictures labelled = LabelledPictures.read(labels, images);
        List<Path> files = labelled.pictures();
        try (PictureClassification classification =
                PictureClassification.load(model, pictures, files.size(), terminal)) {
            ServedModel served = classification.classifier().model();
            labelled.requireClasses(served.classes());
            Score score = new Score();
            long start = System.nanoTime();
            try (Progress progress = terminal.progress("evaluate", "", 1, files.size())) {
                classification.run(files, Math.min(TOP, served.classes()), outcome -> {
                    progress.step();
                    switch (outcome) {
                        case Outcome.Classified(Path picture, var answer) ->
                            count(score, answer.predictions(), labelled.classOf(picture));
                        case Outcome.Refused(String reason) -> {
                            score.refused++;
                            progress.print(() -> terminal.warn("error: " + reason));
                        }
                    }
                });
            }
            report(served, score, (System.nanoTime() - start) / NANOS);
            return score.refused == 0 ? 0 : 1;
        }
    }

    private static void count(Score score, List<Prediction> predictions, int wanted) {
        score.classified++;
        if (predictions.getFirst().classIndex() == wanted) {
            score.top1++;
        }
        if (predictions.stream().anyMatch(prediction -> prediction.classIndex() == wanted)) {
            score.top5++;
        }
    }

    private void report(ServedModel served, Score score, double seconds) {
        terminal.print("model     %s %s, %s on %s, fit %s"
                .formatted(
                        served.name(),
                        served.version(),
                        served.precision(),
                        served.provider(),
                        served.fit().name().toLowerCase(Locale.ROOT)));
        terminal.print("pictures  " + score.classified
                + (score.refused == 0 ? "" : ", and " + score.refused + " that cannot be read"));
        terminal.print(share("top-1", score.top1, score.classified));
        terminal.print(share("top-5", score.top5, score.classified));
        terminal.print(String.format(
                Locale.ROOT, "speed     %.1f pictures per second, from file to answer", score.classified / seconds));
    }

    private static String share(String name, int count, int all) {
        return String.format(Locale.ROOT, "%-8s  %d (%.1f %%)", name, count, all == 0 ? 0 : 100.0 * count / all);
    }
}
