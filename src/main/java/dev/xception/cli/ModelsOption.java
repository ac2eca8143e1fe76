package dev.xception.cli;

import dev.xception.model.ModelDirectory;
import dev.xception.model.WeightsDownload;
import dev.xception.serving.KerasModelImporter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the models lie. */
final class ModelsOption {

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "${env:XCEPTION_MODEL_DIRECTORY:-models}",
            description = "Folder with one folder per model (default: ${DEFAULT-VALUE}).")
    Path models;

    @Option(
            names = "--verify-digest",
            negatable = true,
            defaultValue = "${env:XCEPTION_MODEL_VERIFYDIGEST:-true}",
            fallbackValue = "true",
            description = "Whether a weights file must be the one that model.yaml describes (default: true).")
    boolean verifyDigest;

    ModelDirectory directory() {
        return new ModelDirectory(models, new KerasModelImporter(), WeightsDownload.fromEnvironment(), verifyDigest);
    }
}
