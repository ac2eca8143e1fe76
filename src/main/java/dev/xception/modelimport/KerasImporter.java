package dev.xception.modelimport;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.GraphAssembler;
import dev.xception.modelimport.keras.InputLayers;
import dev.xception.modelimport.keras.KerasFile;
import dev.xception.modelimport.keras.Layer;
import dev.xception.modelimport.keras.Network;
import dev.xception.modelimport.keras.OwnRescaling;
import dev.xception.modelimport.keras.RandomWeights;
import dev.xception.modelimport.keras.Scale;
import dev.xception.modelimport.keras.Shape;
import dev.xception.modelimport.keras.Window;
import dev.xception.modelimport.keras.XceptionTopology;
import dev.xception.modelimport.onnx.OnnxExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the ONNX file that is served out of a Keras file, or out of nothing but a seed. */
public final class KerasImporter {

    /** Goes up whenever the same source would give another file. */
    public static final String VERSION = "4";

    private static final int IMAGENET_CLASSES = 1000;

    private KerasImporter() {}

    /**
     * Imports {@code kerasFile} and writes {@code onnx} atomically: where this fails, nothing is left.
     *
     * @throws InvalidModelException where the file is no image classifier that can be served, in one line
     * @throws IOException where reading or writing fails
     */
    public static ImportReport importModel(Path kerasFile, ImportOptions options, Path onnx) throws IOException {
        try (KerasFile keras = KerasFile.open(kerasFile, options.topology())) {
            Shape input = InputLayers.shape(keras.model(), options.inputSize());
            Normalization normalization = options.normalization() != null
                    ? options.normalization()
                    : OwnRescaling.isIn(keras.model()) ? Normalization.NONE : Normalization.INCEPTION;
            Network network = GraphAssembler.assemble(
                    keras.model(), keras.weights(), input, layer(normalization, input), keras.kerasVersion());
            Source source = new Source(sha256(kerasFile), keras.topologyFile());
            return write(network, input, normalization, options, source, onnx);
        }
    }

    /** What a network was made of. */
    private record Source(String sha256, @Nullable Path topologyFile) {}

    /** Writes Xception for 1000 classes with random weights: the real graph, but no classifier. */
    public static ImportReport untrainedXception(long seed, ImportOptions options, Path onnx) throws IOException {
        Shape input = InputLayers.shape(XceptionTopology.model(IMAGENET_CLASSES), options.inputSize());
        Network network = GraphAssembler.assemble(
                XceptionTopology.model(IMAGENET_CLASSES),
                new RandomWeights(seed),
                input,
                layer(Normalization.INCEPTION, input),
                2);
        return write(network, input, Normalization.INCEPTION, options, null, onnx);
    }

    private static ImportReport write(
            Network network,
            Shape input,
            Normalization normalization,
            ImportOptions options,
            @Nullable Source source,
            Path onnx)
            throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("xception.name", options.name());
        metadata.put("xception.importer.version", VERSION);
        metadata.put("xception.weights", source == null ? "untrained" : "trained");
        if (source != null) {
            metadata.put("xception.source.sha256", source.sha256());
        }
        metadata.put("xception.input.size", input.width() + "x" + input.height());
        metadata.put("xception.normalization", normalization.name().toLowerCase(Locale.ROOT));
        metadata.put("xception.activation", options.activation().name().toLowerCase(Locale.ROOT));
        metadata.put("xception.precision", options.precision().name().toLowerCase(Locale.ROOT));
        if (options.labelsSha256() != null) {
            metadata.put("xception.labels.sha256", options.labelsSha256());
        }
        metadata.putAll(network.summary().toMetadata());
        OnnxExport export =
                OnnxExport.write(network.graph(), options.activation(), options.precision(), metadata, onnx);
        return new ImportReport(
                options.name(),
                source == null ? null : source.sha256(),
                input.width(),
                input.height(),
                input.isMap() ? input.channels() : 1,
                export.classes(),
                source == null ? null : source.topologyFile(),
                normalization,
                export.hasFeatures(),
                export.added(),
                network.summary());
    }

    /** How the topology of a file that holds weights alone is called beside it. */
    public static String topologyName(String weightsFile) {
        return KerasFile.topologyName(weightsFile);
    }

    private static Layer layer(Normalization normalization, Shape input) {
        if (normalization.factors().size() > 1 && normalization.factors().size() != input.channels()) {
            throw new InvalidModelException(
                    "the normalization " + normalization.name().toLowerCase(Locale.ROOT) + " is for "
                            + normalization.factors().size() + " channels, not for the shape " + input);
        }
        Scale scale = new Scale(normalization.factors(), normalization.offsets());
        return normalization == Normalization.CAFFE ? reversed(scale) : scale;
    }

    /** The scale, then the channels in reverse: a convolution of single pixels does both. */
    private static Layer reversed(Scale scale) {
        float[] kernel = new float[3 * 3];
        float[] bias = new float[3];
        for (int c = 0; c < 3; c++) {
            kernel[3 * c + 2 - c] = (float) scale.factor(2 - c);
            bias[c] = (float) scale.offset(2 - c);
        }
        Window pixel = new Window(1, 1, 1, 1, 1, 1, false);
        return new Layer.Convolution(new Tensor(kernel, 3, 3, 1, 1), new Tensor(bias, 3), pixel, 1);
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
