package dev.xception.api;

import dev.xception.classification.ImageSource;
import dev.xception.image.InvalidImageException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.WebUtils;

/**
 * The body of a request: pictures as parts of a multipart form, or one picture as the body itself. Nothing of it is read
 * before {@link #read} or {@link #files} is called, so it can be admitted first.
 */
final class Upload implements ImageSource {

    private final HttpServletRequest request;
    private final RequestLimits limits;

    Upload(HttpServletRequest request, RequestLimits limits) {
        this.request = request;
        this.limits = limits;
    }

    /**
     * The announced length, or the most that is accepted where none is announced.
     *
     * @throws InvalidImageException if more is announced than is accepted
     */
    @Override
    public long bytesToRead() {
        long most = isMultipart() ? limits.maxRequestBytes() : limits.maxImageBytes();
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooManyBytes(most);
        }
        return announced < 0 ? most : announced;
    }

    /** The one picture of the request: the part {@code file}, or the body. */
    @Override
    public byte[] read() throws IOException {
        try {
            // One byte beyond the limit is enough for the decoder to refuse it.
            return isMultipart()
                    ? onlyFile().getBytes()
                    : request.getInputStream().readNBytes(Math.toIntExact(limits.maxImageBytes() + 1));
        } catch (SocketTimeoutException e) {
            throw new UploadException(Problem.UPLOAD_TIMEOUT, "the body did not arrive in time");
        }
    }

    private MultipartFile onlyFile() throws UploadException {
        List<MultipartFile> files = parts("file");
        if (files.size() > 1) {
            throw new UploadException(
                    Problem.NO_IMAGE,
                    "one part 'file' is expected, not %d: POST /classify/batch takes several".formatted(files.size()));
        }
        return files.getFirst();
    }

    /** The pictures of a batch: the parts {@code files}. */
    List<MultipartFile> files() throws UploadException {
        List<MultipartFile> files = parts("files");
        if (files.size() > limits.maxImages()) {
            throw new UploadException(
                    Problem.NO_IMAGE,
                    "at most %d pictures are taken at once, not %d".formatted(limits.maxImages(), files.size()));
        }
        return files;
    }

    private boolean isMultipart() {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    private List<MultipartFile> parts(String name) throws UploadException {
        List<MultipartFile> files;
        try {
            MultipartHttpServletRequest multipart =
                    WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class);
            files = multipart == null ? List.of() : multipart.getFiles(name);
        } catch (MaxUploadSizeExceededException e) {
            throw tooManyBytes(limits.maxImageBytes());
        } catch (MultipartException e) {
            throw new UploadException(Problem.MALFORMED_REQUEST, "the multipart body cannot be read");
        }
        if (files.isEmpty()) {
            throw new UploadException(Problem.NO_IMAGE, "the form has no part '%s' that is a file".formatted(name));
        }
        return files;
    }

    private static InvalidImageException tooManyBytes(long most) {
        return new InvalidImageException(
                InvalidImageException.Reason.TOO_MANY_BYTES, "more than %d bytes".formatted(most));
    }
}
