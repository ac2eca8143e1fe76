package dev.xception.api;

import dev.xception.classification.Classification;
import dev.xception.classification.Prediction;
import dev.xception.classification.ServedModel;
import dev.xception.classification.SourceImage;
import dev.xception.classification.Stage;
import dev.xception.classification.StageTimes;
import dev.xception.image.Fit;
import dev.xception.image.ImageFormat;
import dev.xception.image.InputShape;
import dev.xception.model.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.json.JsonMapper;

/** The body and the timing header of an answer with five classes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ResponseBenchmark {

    private final JsonMapper mapper = JsonMapper.builder().build();
    private Classification classification;

    @Setup
    public void classify() {
        Labels labels = Labels.imagenet();
        ServedModel model = new ServedModel(
                "xception",
                "c5bf1c05b020",
                "fp32",
                "trained",
                "cpu",
                new InputShape(299, 299, 3),
                labels,
                Fit.CROP,
                null);
        List<Prediction> predictions = IntStream.rangeClosed(1, 5)
                .mapToObj(rank -> new Prediction(
                        rank,
                        200 + rank,
                        labels.get(200 + rank).wordnetId(),
                        labels.get(200 + rank).name(),
                        0.8712345f / rank))
                .toList();
        StageTimes times = new StageTimes(
                Arrays.stream(Stage.values()).collect(Collectors.toMap(Function.identity(), stage -> 1_234_567L)));
        classification = new Classification(model, new SourceImage(500, 375, ImageFormat.JPEG), predictions, times);
    }

    @Benchmark
    public byte[] body() {
        return mapper.writeValueAsBytes(ClassifyResponse.of(classification));
    }

    @Benchmark
    public String serverTiming() {
        return ClassifyController.serverTiming(classification.times());
    }
}
