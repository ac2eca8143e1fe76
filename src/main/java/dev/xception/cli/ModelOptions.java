package dev.xception.cli;

import dev.xception.inference.ExecutionProvider;
import dev.xception.inference.InferenceSession;
import dev.xception.inference.SessionConfig;
import dev.xception.model.Precision;
import dev.xception.model.ServableModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model runs, and on what. */
final class ModelOptions {

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "xception",
            description = "The model (default: ${DEFAULT-VALUE}).")
    String name;

    @Mixin
    PrecisionOption precision;

    @Option(
            names = "--provider",
            paramLabel = "PROVIDER",
            defaultValue = "auto",
            description = "auto, cpu, cuda or tensorrt (default: ${DEFAULT-VALUE}).")
    ExecutionProvider provider;

    @Mixin
    ModelsOption models;

    /** The model's files; they are made if they can be. */
    ServableModel resolve(Terminal terminal) {
        return resolve(precision.precision, terminal);
    }

    ServableModel resolve(Precision other, Terminal terminal) {
        return Preparation.prepare(models.directory(), name, other, terminal);
    }

    /** One session that all cores share. */
    InferenceSession open(Terminal terminal) {
        ServableModel files = resolve(terminal);
        return InferenceSession.open(
                files.onnx(),
                new SessionConfig(provider, Runtime.getRuntime().availableProcessors())
                        .withInt8(files.precision() == Precision.INT8));
    }
}
