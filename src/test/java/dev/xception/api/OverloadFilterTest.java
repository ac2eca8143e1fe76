package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.batch.BatchListener;
import dev.xception.batch.BatchPolicy;
import dev.xception.batch.DynamicBatcher;
import dev.xception.batch.Sessions;
import dev.xception.batch.Submission;
import dev.xception.classification.Activations;
import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.ClassifierListener;
import dev.xception.classification.Classifiers;
import dev.xception.classification.DecodingSlots;
import dev.xception.classification.Picture;
import dev.xception.classification.Picture.Wanted;
import dev.xception.classification.PixelBuffers;
import dev.xception.classification.Rejection;
import dev.xception.classification.ServedModel;
import dev.xception.image.Filter;
import dev.xception.image.Fit;
import dev.xception.image.ImageDecoder;
import dev.xception.image.ImageLimits;
import dev.xception.image.InputShape;
import dev.xception.image.Preprocessor;
import dev.xception.model.Labels;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model whose one run does not end, and whose queue holds one picture. */
@Timeout(60)
class OverloadFilterTest {

    private static final InputShape SHAPE = new InputShape(2, 2, 3);

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final List<Rejection> rejections = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> submitted = new ArrayList<>();

    private DynamicBatcher<Picture, Activations> batcher;
    private OverloadFilter filter;

    @BeforeEach
    void serve() {
        batcher = new DynamicBatcher<>(
                "colours",
                new Sessions<>(List.of(pictures -> {
                    running.countDown();
                    mayEnd.await();
                    return pictures.stream()
                            .map(picture -> new Activations(new float[1], new float[0], new float[0]))
                            .toList();
                })),
                new BatchPolicy(1, Duration.ZERO, 1),
                picture -> {},
                BatchListener.NONE,
                System::nanoTime);
        ServedModel model = new ServedModel(
                "colours",
                "1",
                "fp32",
                "trained",
                "cpu",
                SHAPE,
                new Labels(List.of(new Labels.Label("", "red"))),
                Fit.CROP,
                null);
        Classifier classifier = new Classifier(
                model,
                new AdmissionLimit(new AdmissionLimit.Bounds(0, 0, 0), () -> Duration.ofSeconds(1)),
                new DecodingSlots(1),
                new ImageDecoder(new ImageLimits(1000, 1000), true),
                new Preprocessor(SHAPE, Filter.BILINEAR),
                new PixelBuffers(SHAPE.bytes()),
                batcher,
                new ClassifierListener() {
                    @Override
                    public void rejected(Rejection reason) {
                        rejections.add(reason);
                    }
                },
                System::nanoTime);
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("classifiers", new Classifiers(List.of(classifier)));
        filter = new OverloadFilter(
                beans.getBeanProvider(Classifiers.class),
                new RequestLimits(1000, 1000, 1, Duration.ofMinutes(1)),
                JsonMapper.builder()
                        .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                        .build());
    }

    @AfterEach
    void end() throws Exception {
        mayEnd.countDown();
        for (Future<?> each : submitted) {
            each.get();
        }
        batcher.close();
        callers.close();
    }

    /** One picture runs and one waits: there is no room for a third. */
    private void fillTheQueue() throws InterruptedException {
        submit();
        running.await();
        submit();
        while (batcher.queueDepth() == 0) {
            Thread.onSpinWait();
        }
    }

    private void submit() {
        submitted.add(callers.submit(() -> Submission.submit(
                batcher,
                new Picture(ByteBuffer.allocateDirect(SHAPE.bytes()), Wanted.PROBABILITIES),
                System.nanoTime() + Duration.ofMinutes(1).toNanos())));
    }

    private record Answer(MockHttpServletRequest request, MockHttpServletResponse response, MockFilterChain chain) {

        boolean passed() {
            return chain.getRequest() != null;
        }
    }

    private Answer send(String method, String path, String query) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.setQueryString(query);
        request.setContent(new byte[100]);
        Answer answer = new Answer(request, new MockHttpServletResponse(), new MockFilterChain());
        filter.doFilter(request, answer.response(), answer.chain());
        return answer;
    }

    @Test
    void whereThereIsRoomARequestPasses() throws Exception {
        assertThat(send("POST", "/classify", "top=1").passed()).isTrue();
        assertThat(rejections).isEmpty();
    }

    @Test
    void refusesWithAProblemAndReadsNothingWhenTheQueueIsFull() throws Exception {
        fillTheQueue();

        Answer answer = send("POST", "/classify", "model=colours");

        assertThat(answer.passed()).isFalse();
        assertThat(answer.response().getStatus()).isEqualTo(503);
        assertThat(answer.response().getHeader("Retry-After")).isEqualTo("1");
        assertThat(answer.response().getContentType()).isEqualTo("application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(answer.response().getContentAsByteArray());
        assertThat(problem.at("/type").asString()).isEqualTo("urn:xception:problem:overloaded");
        assertThat(problem.at("/status").asInt()).isEqualTo(503);
        assertThat(problem.at("/instance").asString()).isEqualTo("/classify");
        assertThat(answer.request().getInputStream().available()).isEqualTo(100);
        assertThat(rejections).containsExactly(Rejection.OVERLOADED);
    }

    @Test
    void everyPathThatRunsTheModelIsRefused() throws Exception {
        fillTheQueue();
        for (String path : List.of("/classify", "/classify/batch", "/explain", "/embed")) {
            assertThat(send("POST", path, null).response().getStatus()).as(path).isEqualTo(503);
        }
    }

    @Test
    void refusesAlsoBelowAContextPath() throws Exception {
        fillTheQueue();
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/vision/classify");
        request.setContextPath("/vision");
        MockHttpServletResponse response = new MockHttpServletResponse();

        filter.doFilter(request, response, new MockFilterChain());

        assertThat(response.getStatus()).isEqualTo(503);
    }

    @Test
    void whatIsNoPictureToClassifyPassesAlsoWhenTheQueueIsFull() throws Exception {
        fillTheQueue();
        assertThat(send("GET", "/classify", null).passed()).isTrue();
        assertThat(send("GET", "/models", null).passed()).isTrue();
        assertThat(send("POST", "/classifyx", null).passed()).isTrue();
    }

    @Test
    void whatTheControllerRefusesForAnotherReasonPasses() throws Exception {
        fillTheQueue();
        assertThat(send("POST", "/classify", "model=unknown").passed()).isTrue();
        assertThat(rejections).isEmpty();
    }
}
