package dev.xception.serving;

import dev.xception.model.ImportRequest;
import dev.xception.model.ModelDescriptor;
import dev.xception.model.ModelImporter;
import dev.xception.modelimport.HeadActivation;
import dev.xception.modelimport.ImportOptions;
import dev.xception.modelimport.InputSize;
import dev.xception.modelimport.KerasImporter;
import dev.xception.modelimport.Normalization;
import dev.xception.modelimport.Precision;
import java.nio.file.Path;
import java.util.Locale;

/** Makes the graphs of a model directory from Keras files. */
public final class KerasModelImporter implements ModelImporter {

    /** Random weights are the same at every start. */
    private static final long SEED = 299;

    @Override
    public void importModel(ImportRequest request) throws java.io.IOException {
        ModelDescriptor model = request.descriptor();
        ImportOptions options = ImportOptions.named(model.name())
                .withInputSize(
                        new InputSize(model.input().width(), model.input().height()))
                .withNormalization(
                        model.normalization().equals("auto")
                                ? null
                                : Normalization.valueOf(model.normalization().toUpperCase(Locale.ROOT)))
                .withActivation(HeadActivation.valueOf(model.activation().toUpperCase(Locale.ROOT)))
                .withPrecision(Precision.valueOf(request.precision().name()))
                .withLabelsSha256(request.labelsSha256());
        Path weights = request.weights();
        if (weights == null) {
            KerasImporter.untrainedXception(SEED, options, request.onnx());
        } else {
            KerasImporter.importModel(weights, options, request.onnx());
        }
    }

    @Override
    public String version() {
        return KerasImporter.VERSION;
    }
}
