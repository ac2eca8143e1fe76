package dev.xception.benchmark;

import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageLimits;
import dev.xception.image.InputShape;
import dev.xception.image.Preprocessor;
import dev.xception.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a picture costs before the model sees it, to Xception's 299 x 299: a drawn one, or with {@code -p picture=FILE} a
 * photograph.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ImageBenchmark {

    @Param(DrawnPicture.NAME)
    private String picture;

    @Param({"CROP", "SQUASH"})
    private Fit fit;

    private byte[] jpeg;
    private ImageDecoder decoder;
    private Preprocessor preprocessor;
    private RgbImage decoded;
    private ByteBuffer target;

    @Setup
    public void decodeOnce() throws IOException {
        jpeg = picture.equals(DrawnPicture.NAME) ? DrawnPicture.jpeg() : Files.readAllBytes(Path.of(picture));
        decoder = new ImageDecoder(new ImageLimits(20_000_000, 50_000_000), true);
        InputShape shape = new InputShape(299, 299, 3);
        preprocessor = new Preprocessor(shape, Filter.BILINEAR);
        decoded = decoder.decode(jpeg);
        target = ByteBuffer.allocateDirect(shape.bytes());
    }

    @TearDown
    public void release() {
        decoded.close();
    }

    @Benchmark
    public int decode() {
        try (RgbImage image = decoder.decode(jpeg)) {
            return image.width();
        }
    }

    @Benchmark
    public ByteBuffer preprocess() {
        preprocessor.preprocess(decoded, fit, target);
        return target;
    }

    @Benchmark
    public ByteBuffer decodeAndPreprocess() {
        try (RgbImage image = decoder.decode(jpeg)) {
            preprocessor.preprocess(image, fit, target);
            return target;
        }
    }
}
