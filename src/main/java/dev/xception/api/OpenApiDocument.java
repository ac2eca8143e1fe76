package dev.xception.api;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import jakarta.servlet.ServletContext;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Completes the OpenAPI document: what the server is, and the problems that each operation can answer with. */
@Component
class OpenApiDocument implements OpenApiCustomizer {

    private static final String PROBLEM_JSON = "application/problem+json";

    /** Problems of requests that never reach an operation, or whose callers never see its answer. */
    private static final Set<Problem> OF_NO_OPERATION =
            EnumSet.of(Problem.NOT_FOUND, Problem.METHOD_NOT_ALLOWED, Problem.CALLER_GONE);

    /** What not every network can answer. */
    private static final Set<String> DEPEND_ON_THE_NETWORK = Set.of("/explain", "/embed");

    /** Answers each picture for itself, with a problem or with its times. */
    private static final String SEVERAL_PICTURES = "/classify/batch";

    /** Problems of one picture among several. */
    private static final Set<Problem> OF_ONE_PICTURE =
            EnumSet.of(Problem.TOO_MANY_PIXELS, Problem.UNSUPPORTED_FORMAT, Problem.UNDECODABLE);

    /** Problems of operations that take no picture. */
    private static final Set<Problem> WITHOUT_IMAGE = EnumSet.of(Problem.NOT_ACCEPTABLE, Problem.INTERNAL_ERROR);

    private final String root;

    OpenApiDocument(ServletContext context) {
        this.root = context.getContextPath().isEmpty() ? "/" : context.getContextPath();
    }

    @Override
    public void customise(OpenAPI document) {
        document.info(new Info()
                        .title("Xception Server")
                        .version("1")
                        .description("Image classification over HTTP. Every error is a problem (RFC 9457).")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url(root).description("This server")))
                .tags(List.of(
                        new Tag().name("Classification").description("Pictures in, classes out."),
                        new Tag().name("Insight").description("Why the model said so, and what it saw as numbers."),
                        new Tag().name("Models").description("What is served.")));
        Components components = document.getComponents();
        components.addSchemas("Problem", problemSchema());
        document.getPaths()
                .forEach((path, item) -> item.readOperations().forEach(operation -> complete(path, operation)));
    }

    private static void complete(String path, Operation operation) {
        byStatus(problemsOf(path, operation))
                .forEach((status, problems) ->
                        operation.getResponses().addApiResponse(String.valueOf(status), response(problems)));
        ApiResponse answer = operation.getResponses().get("200");
        if (answer != null && operation.getRequestBody() != null && !path.equals(SEVERAL_PICTURES)) {
            answer.addHeaderObject("Server-Timing", serverTiming());
        }
    }

    private static Header serverTiming() {
        return new Header()
                .description("Milliseconds per stage: admit, decode, preprocess, queue, inference.")
                .schema(
                        new StringSchema()
                                .example(
                                        "admit;dur=0.2, decode;dur=1.6, preprocess;dur=0.5, queue;dur=0.1, inference;dur=88.1"));
    }

    private static Set<Problem> problemsOf(String path, Operation operation) {
        if (operation.getRequestBody() != null) {
            EnumSet<Problem> problems = EnumSet.complementOf(EnumSet.copyOf(OF_NO_OPERATION));
            if (!DEPEND_ON_THE_NETWORK.contains(path)) {
                problems.remove(Problem.UNSUPPORTED_BY_MODEL);
            }
            if (path.equals(SEVERAL_PICTURES)) {
                problems.removeAll(OF_ONE_PICTURE);
            }
            return problems;
        }
        EnumSet<Problem> problems = EnumSet.copyOf(WITHOUT_IMAGE);
        if (path.contains("{")) {
            problems.add(Problem.UNKNOWN_MODEL);
        }
        return problems;
    }

    private static Map<Integer, List<Problem>> byStatus(Set<Problem> problems) {
        return problems.stream().collect(Collectors.groupingBy(Problem::status, TreeMap::new, Collectors.toList()));
    }

    private static ApiResponse response(List<Problem> problems) {
        MediaType content = new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"));
        for (Problem problem : problems) {
            content.addExamples(
                    problem.name().toLowerCase(Locale.ROOT),
                    new Example().summary(problem.title()).value(problem.with(problem.example())));
        }
        ApiResponse response = new ApiResponse()
                .description(problems.stream().map(Problem::meaning).collect(Collectors.joining(" ")))
                .content(new Content().addMediaType(PROBLEM_JSON, content));
        if (problems.contains(Problem.OVERLOADED)) {
            response.addHeaderObject(
                    "Retry-After",
                    new Header()
                            .description("Seconds after which it makes sense to try again; absent while shutting down.")
                            .schema(new IntegerSchema().example(2)));
        }
        return response;
    }

    private static Schema<?> problemSchema() {
        String types = Arrays.stream(Problem.values())
                .map(problem -> "`" + problem.type() + "`")
                .collect(Collectors.joining(", "));
        ObjectSchema schema = new ObjectSchema();
        schema.setDescription("What went wrong (RFC 9457).");
        schema.addProperty(
                "type",
                new StringSchema().format("uri").description("The kind of problem, for programs: " + types + "."));
        schema.addProperty("title", new StringSchema().description("The kind of problem, for people."));
        schema.addProperty("status", new IntegerSchema().description("The HTTP status."));
        schema.addProperty("detail", new StringSchema().description("What is wrong with this request."));
        schema.addProperty(
                "instance", new StringSchema().format("uri-reference").description("The path of the request."));
        schema.setRequired(List.of("type", "title", "status", "detail"));
        return schema;
    }
}
