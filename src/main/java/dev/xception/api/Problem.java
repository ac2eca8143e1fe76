package dev.xception.api;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Every problem that an answer can report (RFC 9457). */
public enum Problem {
    INVALID_PARAMETER(
            400,
            "Invalid parameter",
            "A query parameter or header cannot be used.",
            "'top' must be a whole number from 1 to 1000, not 'abc'"),
    NO_IMAGE(
            400,
            "No image",
            "The request carries no picture, an empty one, or several where one is expected.",
            "the body is empty: send the bytes of one picture"),
    MALFORMED_REQUEST(
            400,
            "Malformed request",
            "The request cannot be read as HTTP or as multipart/form-data.",
            "the multipart body cannot be read"),
    UNKNOWN_MODEL(404, "Unknown model", "No model of that name is served.", "no model named 'resnet' is served"),
    NOT_FOUND(404, "Not found", "Nothing is at that path.", "nothing is at /clasify"),
    METHOD_NOT_ALLOWED(
            405,
            "Method not allowed",
            "The path exists, but not for that method.",
            "GET is not supported here; supported: POST"),
    NOT_ACCEPTABLE(
            406,
            "Not acceptable",
            "The answer cannot be given in any media type that the Accept header allows.",
            "answers are given as application/json"),
    UPLOAD_TIMEOUT(408, "Upload too slow", "The body did not arrive in time.", "the body did not arrive in time"),
    TOO_MANY_BYTES(
            413,
            "Too many bytes",
            "The upload is larger than the server accepts.",
            "the picture has more than 20000000 bytes"),
    TOO_MANY_PIXELS(
            413,
            "Too many pixels",
            "The picture, once decoded, would be larger than the server accepts.",
            "the picture has 60000 x 60000 pixels; at most 50000000 pixels are accepted"),
    UNSUPPORTED_CONTENT_TYPE(
            415,
            "Unsupported content type",
            "The Content-Type is none that carries a picture.",
            "send multipart/form-data, image/* or application/octet-stream, not text/plain"),
    UNSUPPORTED_FORMAT(
            415,
            "Unsupported image format",
            "The bytes are in no picture format that is read: JPEG, PNG, GIF, BMP, WebP, TIFF.",
            "the bytes are no JPEG, PNG, GIF, BMP, WebP or TIFF"),
    UNDECODABLE(422, "Undecodable image", "The picture is damaged or truncated.", "the JPEG is damaged or truncated"),
    UNSUPPORTED_BY_MODEL(
            422,
            "Unsupported by the model",
            "The model's network does not end in what the answer is made of.",
            "the network of 'mine' does not end in a global average and one linear layer"),
    CALLER_GONE(
            499,
            "Caller gone",
            "The caller closed its side of the connection before the answer, and the picture was not classified.",
            "the connection was closed before the answer"),
    INTERNAL_ERROR(
            500, "Internal error", "A fault of the server; its log says more.", "the server failed; its log says more"),
    OVERLOADED(
            503,
            "Overloaded",
            "The server has as much work as it may hold; try again after the time in Retry-After.",
            "too much work; try again in 2 s"),
    UNAVAILABLE(503, "Unavailable", "The server is shutting down.", "the server is shutting down"),
    DEADLINE_EXCEEDED(
            504, "Deadline exceeded", "The answer was not there at the deadline.", "no answer within 10000 ms");

    private final int status;
    private final String title;
    private final String meaning;
    private final String example;

    Problem(int status, String title, String meaning, String example) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.example = example;
    }

    /** The HTTP status of an answer with it. */
    public int status() {
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
        ProblemDetail body = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), detail);
        body.setType(type());
        body.setTitle(title);
        return body;
    }
}
