package dev.xception.modelimport;

import dev.xception.modelimport.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model's size as Keras counts it, before anything was folded. An import keeps it in the ONNX file's metadata, where
 * {@link #read} finds it again.
 *
 * @param trainableParameters those that training would change; the others are moving statistics and frozen layers
 * @param multiplyAdds of the convolutions and dense layers for one picture
 */
public record ModelSummary(long parameters, long trainableParameters, long multiplyAdds, List<LayerSummary> layers) {

    private static final String PARAMETERS = "xception.parameters";
    private static final String TRAINABLE_PARAMETERS = "xception.parameters.trainable";
    private static final String MULTIPLY_ADDS = "xception.multiply-adds";
    private static final String LAYERS = "xception.layers";

    public ModelSummary {
        layers = List.copyOf(layers);
    }

    /** Reads the summary that the import of {@code onnx} left in it. */
    public static ModelSummary read(Path onnx) throws IOException {
        Map<String, String> metadata = OnnxFile.metadata(onnx);
        try {
            return new ModelSummary(
                    Long.parseLong(metadata.getOrDefault(PARAMETERS, "")),
                    Long.parseLong(metadata.getOrDefault(TRAINABLE_PARAMETERS, "")),
                    Long.parseLong(metadata.getOrDefault(MULTIPLY_ADDS, "")),
                    layers(metadata.getOrDefault(LAYERS, "")));
        } catch (NumberFormatException e) {
            throw new InvalidModelException(onnx.getFileName() + " was not imported by this program", e);
        }
    }

    /** The metadata entries that {@link #read} reads: one line for each layer, its columns separated by tabs. */
    Map<String, String> toMetadata() {
        String table = layers.stream()
                .map(layer -> String.join(
                        "\t",
                        layer.name().replaceAll("\\s", " "),
                        layer.className(),
                        layer.outputShape(),
                        String.valueOf(layer.parameters()),
                        String.valueOf(layer.multiplyAdds())))
                .collect(Collectors.joining("\n"));
        return Map.of(
                PARAMETERS, String.valueOf(parameters),
                TRAINABLE_PARAMETERS, String.valueOf(trainableParameters),
                MULTIPLY_ADDS, String.valueOf(multiplyAdds),
                LAYERS, table);
    }

    private static List<LayerSummary> layers(String table) {
        List<LayerSummary> layers = new ArrayList<>();
        for (String line : table.lines().toList()) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 5) {
                throw new NumberFormatException(line);
            }
            layers.add(new LayerSummary(
                    columns[0], columns[1], columns[2], Long.parseLong(columns[3]), Long.parseLong(columns[4])));
        }
        return layers;
    }
}
