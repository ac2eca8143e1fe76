package dev.xception.cli;

import dev.xception.model.Precision;
import picocli.CommandLine.Option;

/** Which of a model's graphs is meant. */
final class PrecisionOption {

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:XCEPTION_MODEL_PRECISION:-fp32}",
            description = "fp32, fp16 or int8 (default: ${DEFAULT-VALUE}).")
    Precision precision;
}
