package dev.xception.modelimport.onnx;

import static dev.xception.modelimport.onnx.OnnxAttributes.attribute;

import dev.xception.modelimport.hdf5.Tensor;
import dev.xception.modelimport.keras.Activation;
import dev.xception.modelimport.keras.Shape;
import java.util.List;

/** Writes activations as ONNX nodes, as single operators that ONNX Runtime fuses into convolutions wherever there is one. */
final class ActivationExporter {

    private final OnnxBuilder onnx;

    ActivationExporter(OnnxBuilder onnx) {
        this.onnx = onnx;
    }

    /** Applies {@code function} to the value {@code x} of a shape; the result is called {@code name}. */
    String write(Activation function, String x, Shape shape, String name) {
        return switch (function) {
            case Activation.Relu relu -> relu(relu, x, name);
            case Activation.Elu elu -> onnx.node("Elu", name, List.of(x), attribute("alpha", elu.alpha()));
            case Activation.HardSigmoid sigmoid ->
                onnx.node("HardSigmoid", name, List.of(x), attribute("alpha", sigmoid.slope()), attribute("beta", 0.5));
            case Activation.Gelu gelu -> gelu(gelu, x, name);
            case Activation.PRelu pRelu -> onnx.node("PRelu", name, List.of(x, slopes(pRelu.slopes(), shape, name)));
            case Activation.Softmax _ ->
                onnx.node("Softmax", name, List.of(x), attribute("axis", shape.isMap() ? 1 : shape.rank()));
            case Activation.Simple simple -> simple(simple, x, name);
        };
    }

    private String simple(Activation.Simple function, String x, String name) {
        return switch (function) {
            case SIGMOID -> onnx.node("Sigmoid", name, List.of(x));
            case TANH -> onnx.node("Tanh", name, List.of(x));
            case SELU -> onnx.node("Selu", name, List.of(x));
            case SOFTPLUS -> onnx.node("Softplus", name, List.of(x));
            case SOFTSIGN -> onnx.node("Softsign", name, List.of(x));
            case EXPONENTIAL -> onnx.node("Exp", name, List.of(x));
            case HARD_SWISH -> onnx.node("HardSwish", name, List.of(x));
            case SWISH -> {
                String gate = onnx.node("Sigmoid", part(name, "gate"), List.of(x));
                yield onnx.node("Mul", name, List.of(x, gate));
            }
            case MISH -> {
                String softplus = onnx.node("Softplus", part(name, "softplus"), List.of(x));
                String gate = onnx.node("Tanh", part(name, "gate"), List.of(softplus));
                yield onnx.node("Mul", name, List.of(x, gate));
            }
        };
    }

    private String relu(Activation.Relu relu, String x, String name) {
        boolean bounded = relu.ceiling() < Double.POSITIVE_INFINITY;
        if (relu.threshold() != 0) {
            return thresholdedRelu(relu, x, name);
        }
        if (relu.slope() == 0) {
            return bounded
                    ? onnx.node(
                            "Clip",
                            name,
                            List.of(x, onnx.scalar(name + "/min", 0), onnx.scalar(name + "/max", relu.ceiling())))
                    : onnx.node("Relu", name, List.of(x));
        }
        String leaky = bounded ? part(name, "leaky") : name;
        onnx.node("LeakyRelu", leaky, List.of(x), attribute("alpha", relu.slope()));
        return bounded ? onnx.node("Min", name, List.of(leaky, onnx.scalar(name + "/max", relu.ceiling()))) : leaky;
    }

    private String thresholdedRelu(Activation.Relu relu, String x, String name) {
        String threshold = onnx.scalar(name + "/threshold", relu.threshold());
        String reaches = onnx.node("GreaterOrEqual", part(name, "reaches"), List.of(x, threshold));
        String excess = onnx.node("Sub", part(name, "excess"), List.of(x, threshold));
        String below =
                onnx.node("Mul", part(name, "below"), List.of(excess, onnx.scalar(name + "/slope", relu.slope())));
        String above = relu.ceiling() < Double.POSITIVE_INFINITY
                ? onnx.node("Min", part(name, "above"), List.of(x, onnx.scalar(name + "/max", relu.ceiling())))
                : x;
        return onnx.node("Where", name, List.of(reaches, above, below));
    }

    /** {@code x * (1 + erf(x / sqrt 2)) / 2}, or {@code x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2}. */
    private String gelu(Activation.Gelu gelu, String x, String name) {
        String curve;
        if (gelu.approximate()) {
            String cube = onnx.node("Pow", part(name, "cube"), List.of(x, onnx.scalar(name + "/three", 3)));
            String small = onnx.node("Mul", part(name, "small"), List.of(cube, onnx.scalar(name + "/share", 0.044715)));
            String sum = onnx.node("Add", part(name, "sum"), List.of(x, small));
            String scaled = onnx.node(
                    "Mul", part(name, "scaled"), List.of(sum, onnx.scalar(name + "/factor", Math.sqrt(2 / Math.PI))));
            curve = onnx.node("Tanh", part(name, "curve"), List.of(scaled));
        } else {
            String scaled =
                    onnx.node("Div", part(name, "scaled"), List.of(x, onnx.scalar(name + "/root", Math.sqrt(2))));
            curve = onnx.node("Erf", part(name, "curve"), List.of(scaled));
        }
        String raised = onnx.node("Add", part(name, "raised"), List.of(curve, onnx.scalar(name + "/one", 1)));
        String product = onnx.node("Mul", part(name, "product"), List.of(x, raised));
        return onnx.node("Mul", name, List.of(product, onnx.scalar(name + "/half", 0.5)));
    }

    private String slopes(Tensor slopes, Shape shape, String name) {
        return onnx.weights(name + "/slopes", shape.isMap() ? slopes.permuted(2, 0, 1) : slopes);
    }

    private String part(String name, String part) {
        return onnx.unique(name + "/" + part);
    }
}
