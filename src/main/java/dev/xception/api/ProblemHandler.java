package dev.xception.api;

import dev.xception.classification.CallerGoneException;
import dev.xception.classification.DeadlineExceededException;
import dev.xception.classification.OverloadedException;
import dev.xception.classification.UnavailableException;
import dev.xception.classification.UnknownModelException;
import dev.xception.classification.UnsupportedByModelException;
import dev.xception.image.InvalidImageException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;

/** Turns every exception of a request into a problem; the text of an unforeseen one goes to the log alone. */
@RestControllerAdvice
class ProblemHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    @ExceptionHandler(Exception.class)
    @Nullable
    ResponseEntity<ProblemDetail> handle(Exception e, HttpServletRequest request, HttpServletResponse response) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            log.debug("caller is gone: {}", e.toString());
            return response.isCommitted() ? null : answer(new CallerGoneException(), request.getRequestURI());
        }
        return answer(e, request.getRequestURI());
    }

    /**
     * The answer to a request that failed so.
     *
     * @param uri of the request, as it was sent
     */
    static ResponseEntity<ProblemDetail> answer(Exception e, String uri) {
        ProblemDetail problem = problem(e);
        problem.setInstance(path(uri));
        HttpHeaders headers = new HttpHeaders();
        if (e instanceof ErrorResponse standard) {
            headers.putAll(standard.getHeaders());
        }
        if (e instanceof OverloadedException overloaded) {
            headers.set(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(overloaded.retryAfter().toSeconds()));
        }
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return ResponseEntity.status(problem.getStatus()).headers(headers).body(problem);
    }

    /** The request's path; one that begins with two slashes would read as a host. */
    private static URI path(String uri) {
        try {
            return new URI(uri.replaceFirst("^/+", "/"));
        } catch (URISyntaxException e) {
            return URI.create("/");
        }
    }

    /** The problem that an exception stands for. */
    static ProblemDetail problem(Exception e) {
        return switch (e) {
            case RequestException request -> request.problem().with(message(e));
            case UploadException upload -> upload.problem().with(message(e));
            case InvalidImageException image -> problem(image.reason()).with(message(e));
            case UnknownModelException unknown -> Problem.UNKNOWN_MODEL.with(message(e));
            case UnsupportedByModelException unsupported -> Problem.UNSUPPORTED_BY_MODEL.with(message(e));
            case OverloadedException overloaded ->
                Problem.OVERLOADED.with("too much work; try again in %d s"
                        .formatted(overloaded.retryAfter().toSeconds()));
            case DeadlineExceededException exceeded -> Problem.DEADLINE_EXCEEDED.with("no answer before the deadline");
            case CallerGoneException gone -> Problem.CALLER_GONE.with("the connection was closed before the answer");
            case UnavailableException unavailable -> Problem.UNAVAILABLE.with("the server is shutting down");
            case NoResourceFoundException none -> Problem.NOT_FOUND.with("nothing is at /" + none.getResourcePath());
            case HttpRequestMethodNotSupportedException method ->
                Problem.METHOD_NOT_ALLOWED.with("%s is not supported here; supported: %s"
                        .formatted(method.getMethod(), String.join(", ", orNone(method.getSupportedMethods()))));
            case HttpMediaTypeNotAcceptableException accept ->
                Problem.NOT_ACCEPTABLE.with(
                        "answers are given as " + MediaType.toString(accept.getSupportedMediaTypes()));
            case HttpMediaTypeNotSupportedException type ->
                Problem.UNSUPPORTED_CONTENT_TYPE.with(
                        "send %s".formatted(MediaType.toString(type.getSupportedMediaTypes())));
            case ErrorResponse standard
            when standard.getStatusCode().is4xxClientError() ->
                Problem.MALFORMED_REQUEST.with("the request cannot be read");
            case IOException unreadable -> Problem.MALFORMED_REQUEST.with("the body cannot be read");
            default -> {
                log.error("request failed", e);
                yield Problem.INTERNAL_ERROR.with("the server failed; its log says more");
            }
        };
    }

    private static Problem problem(InvalidImageException.Reason reason) {
        return switch (reason) {
            case EMPTY -> Problem.NO_IMAGE;
            case TOO_MANY_BYTES -> Problem.TOO_MANY_BYTES;
            case TOO_MANY_PIXELS -> Problem.TOO_MANY_PIXELS;
            case UNKNOWN_FORMAT -> Problem.UNSUPPORTED_FORMAT;
            case UNDECODABLE -> Problem.UNDECODABLE;
        };
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private static String[] orNone(String @Nullable [] methods) {
        return methods == null ? new String[0] : methods;
    }
}
