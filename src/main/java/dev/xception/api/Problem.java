package dev.xception.api;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Every problem that an answer can report (RFC 9457). */
public enum Problem {
    INVALID_PARAMETER(
            HttpStatus.BAD_REQUEST,
            "Invalid parameter",
            "A query parameter or header cannot be used.",
            "'top' must be a whole number from 1 to 1000, not 'abc'"),
    NO_IMAGE(
            HttpStatus.BAD_REQUEST,
            "No image",
            "The request carries no picture, an empty one, or several where one is expected.",
            "the body is empty: send the bytes of one picture"),
    MALFORMED_REQUEST(
            HttpStatus.BAD_REQUEST,
            "Malformed request",
            "The request cannot be read as HTTP or as multipart/form-data.",
            "the multipart body cannot be read"),
    UNKNOWN_MODEL(
            HttpStatus.NOT_FOUND,
            "Unknown model",
            "No model of that name is served.",
            "no model named 'resnet' is served"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "Not found", "Nothing is at that path.", "nothing is at /clasify"),
    METHOD_NOT_ALLOWED(
            HttpStatus.METHOD_NOT_ALLOWED,
            "Method not allowed",
            "The path exists, but not for that method.",
            "GET is not supported here; supported: POST"),
    NOT_ACCEPTABLE(
            HttpStatus.NOT_ACCEPTABLE,
            "Not acceptable",
            "The answer cannot be given in any media type that the Accept header allows.",
            "answers are given as application/json"),
    UPLOAD_TIMEOUT(
            HttpStatus.REQUEST_TIMEOUT,
            "Upload too slow",
            "The body did not arrive in time.",
            "the body did not arrive in time"),
    TOO_MANY_BYTES(
            HttpStatus.CONTENT_TOO_LARGE,
            "Too many bytes",
            "The upload is larger than the server accepts.",
            "the picture has more than 20000000 bytes"),
    TOO_MANY_PIXELS(
            HttpStatus.CONTENT_TOO_LARGE,
            "Too many pixels",
            "The picture, once decoded, would be larger than the server accepts.",
            "the picture has 60000 x 60000 pixels; at most 50000000 pixels are accepted"),
    UNSUPPORTED_CONTENT_TYPE(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "Unsupported content type",
            "The Content-Type is none that carries a picture.",
            "send multipart/form-data, image/* or application/octet-stream, not text/plain"),
    UNSUPPORTED_FORMAT(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "Unsupported image format",
            "The bytes are in no picture format that is read: JPEG, PNG, GIF, BMP, WebP, TIFF.",
            "the bytes are no JPEG, PNG, GIF, BMP, WebP or TIFF"),
    UNDECODABLE(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "Undecodable image",
            "The picture is damaged or truncated.",
            "the JPEG is damaged or truncated"),
    UNSUPPORTED_BY_MODEL(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "Unsupported by the model",
            "The model's network does not end in what the answer is made of.",
            "the network of 'mine' does not end in a global average and one linear layer"),
    INTERNAL_ERROR(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "Internal error",
            "A fault of the server; its log says more.",
            "the server failed; its log says more"),
    OVERLOADED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Overloaded",
            "The server has as much work as it may hold; try again after the time in Retry-After.",
            "too much work; try again in 2 s"),
    UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Unavailable",
            "The server is shutting down.",
            "the server is shutting down"),
    DEADLINE_EXCEEDED(
            HttpStatus.GATEWAY_TIMEOUT,
            "Deadline exceeded",
            "The answer was not there at the deadline.",
            "no answer within 10000 ms");

    private final HttpStatus status;
    private final String title;
    private final String meaning;
    private final String example;

    Problem(HttpStatus status, String title, String meaning, String example) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.example = example;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What it means, for documentation. */
    public String meaning() {
        return meaning;
    }

    /** A detail as it could stand in an answer, for documentation. */
    public String example() {
        return example;
    }

    /** Identifies the kind of problem: stable, for programs. */
    public URI type() {
        return URI.create(
                "urn:xception:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** The problem for an error of which only the status is known, below or outside of the controllers. */
    static ProblemDetail ofStatus(int status) {
        Problem problem = switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> UPLOAD_TIMEOUT;
            case 413 -> TOO_MANY_BYTES;
            case 415 -> UNSUPPORTED_CONTENT_TYPE;
            case 503 -> UNAVAILABLE;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
        ProblemDetail body = problem.with(problem.meaning());
        body.setStatus(status);
        return body;
    }

    /** The body of an answer. */
    ProblemDetail with(String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(type());
        body.setTitle(title);
        return body;
    }
}
