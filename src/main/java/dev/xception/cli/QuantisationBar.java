package dev.xception.cli;

import dev.xception.modelimport.quantisation.QuantisationProgress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Shows the step of a quantisation and how many pictures, which it goes through again and again, or layers have had their turn. */
final class QuantisationBar implements QuantisationProgress {

    private final Progress progress;
    private String shown = "";

    QuantisationBar(Progress progress) {
        this.progress = progress;
    }

    @Override
    public void started(Step step, int part, int parts) {
        if (part == 1) {
            shown = step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            progress.restart(shown, parts);
        }
        if (parts > 1) {
            progress.step();
        }
    }

    /** The pictures in these files, counted whenever somebody goes through them. */
    Iterable<ByteBuffer> watching(List<Path> files, Function<Path, ByteBuffer> picture) {
        return () -> {
            progress.restart(shown, files.size());
            return files.stream()
                    .map(file -> {
                        progress.step();
                        return picture.apply(file);
                    })
                    .iterator();
        };
    }
}
