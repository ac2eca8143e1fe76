package dev.xception.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.ImageSource;
import dev.xception.image.Fit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /classify/batch}: several pictures in one request, each answered for itself. */
@RestController
@Tag(name = "Classification")
class BatchController {

    private final Classifiers classifiers;
    private final RequestLimits limits;
    private final AnswerLimit answers;

    BatchController(Classifiers classifiers, RequestLimits limits, AnswerLimit answers) {
        this.classifiers = classifiers;
        this.limits = limits;
        this.answers = answers;
    }

    /** The answers, in the order of the pictures. */
    @Schema(name = "BatchClassification", description = "One result per picture, in the order of the parts.")
    record BatchResponse(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<Result> results) {}

    /** A classification, or a problem. */
    @Schema(name = "BatchResult", description = "Either 'classification' or 'problem'.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            @Nullable ClassifyResponse classification,

            @Schema(ref = "#/components/schemas/Problem") @Nullable
            ProblemDetail problem) {}

    @PostMapping(
            path = "/classify/batch",
            consumes = MediaType.MULTIPART_FORM_DATA_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "classifyBatch",
            summary = "Classify several pictures",
            description = "The pictures are the parts 'files' of a form. One that cannot be classified gets a problem "
                    + "as its result and leaves its neighbours alone.")
    @SeveralImages
    @Top
    BatchResponse classify(HttpServletRequest request) throws IOException {
        Query query = new Query(request);
        Classifier classifier = query.classifier(classifiers);
        int top = query.number(
                "top",
                1,
                classifier.model().classes(),
                Math.min(ClassifyController.DEFAULT_TOP, classifier.model().classes()));
        Fit fit = query.fit(classifier.model().fit());
        long deadline = classifier.deadlineAfter(query.timeout(limits.timeout()));

        Upload upload = new Upload(request, limits, deadline);
        BatchResponse response = classifier.admitted(
                upload,
                permit -> each(
                        upload.files(permit),
                        classifier.queueCapacity(),
                        file -> ClassifyResponse.of(
                                classifier.classify(ImageSource.of(file, upload::callerGone), top, fit, deadline))));
        answers.holdPredictions((long) response.results().size() * top);
        return response;
    }

    private interface Classification {
        ClassifyResponse of(byte[] file) throws IOException;
    }

    /** So many at a time: a request is not refused for want of places that it fills itself. */
    private static BatchResponse each(List<byte[]> files, int atATime, Classification classification) {
        Semaphore places = new Semaphore(atATime);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Result>> results = new ArrayList<>();
            for (byte[] file : files) {
                results.add(threads.submit(one(places, () -> classification.of(file))));
            }
            return new BatchResponse(
                    results.stream().map(BatchController::result).toList());
        }
    }

    private static Callable<Result> one(Semaphore places, Callable<ClassifyResponse> classification) {
        return () -> {
            places.acquire();
            try {
                return new Result(classification.call(), null);
            } catch (Exception e) {
                return new Result(null, ProblemHandler.problem(e));
            } finally {
                places.release();
            }
        };
    }

    private static Result result(Future<Result> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            return new Result(null, ProblemHandler.problem(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(null, ProblemHandler.problem(e));
        }
    }
}
