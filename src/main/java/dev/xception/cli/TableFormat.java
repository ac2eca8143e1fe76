package dev.xception.cli;

import dev.xception.classification.Classification;
import dev.xception.classification.Prediction;
import dev.xception.classification.ServedModel;
import dev.xception.classification.SourceImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** For people: a small table per picture, with a bar per class where a terminal shows it. */
final class TableFormat implements ClassificationFormat {

    /** How a bar is drawn, if at all. */
    enum Bars {
        NONE,
        ASCII,
        /** Blocks, the last one as fine as an eighth. */
        BLOCKS
    }

    private static final int BAR_COLUMNS = 24;
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";

    private final Bars bars;

    TableFormat(Bars bars) {
        this.bars = bars;
    }

    static TableFormat on(Terminal terminal) {
        if (!terminal.isInteractive()) {
            return new TableFormat(Bars.NONE);
        }
        boolean blocks = terminal.out().charset().newEncoder().canEncode(EIGHTHS);
        return new TableFormat(blocks ? Bars.BLOCKS : Bars.ASCII);
    }

    @Override
    public List<String> header(ServedModel model) {
        return List.of(
                "model %s %s, %s on %s".formatted(model.name(), model.version(), model.precision(), model.provider()));
    }

    @Override
    public List<String> lines(Path picture, Classification classification) {
        SourceImage image = classification.image();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("%s (%s, %d x %d)".formatted(picture, image.format(), image.width(), image.height()));
        for (Prediction prediction : classification.predictions()) {
            lines.add(line(prediction).stripTrailing());
        }
        return lines;
    }

    private String line(Prediction prediction) {
        String wordnetId = prediction.wordnetId().isEmpty() ? "" : prediction.wordnetId() + "  ";
        String bar = bars == Bars.NONE ? "" : bar(prediction.probability()) + "  ";
        return String.format(
                Locale.ROOT, "  %5.1f %%  %s%s%s", 100 * prediction.probability(), bar, wordnetId, prediction.label());
    }

    private String bar(float probability) {
        String bar;
        if (bars == Bars.ASCII) {
            bar = "#".repeat(Math.round(probability * BAR_COLUMNS));
        } else {
            int eighths = Math.round(probability * BAR_COLUMNS * EIGHTHS.length());
            int rest = eighths % EIGHTHS.length();
            bar = "█".repeat(eighths / EIGHTHS.length()) + (rest == 0 ? "" : EIGHTHS.charAt(rest - 1));
        }
        return bar + " ".repeat(BAR_COLUMNS - bar.length());
    }
}
