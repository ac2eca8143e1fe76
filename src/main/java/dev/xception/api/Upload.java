package dev.xception.api;

import dev.xception.classification.ImageSource;
import dev.xception.image.InvalidImageException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.apache.tomcat.util.http.fileupload.impl.FileUploadIOException;

/**
 * The body of a request: pictures as parts of a multipart form, or one picture as the body itself. Nothing of it is read
 * before {@link #read} or {@link #files} is called, so it can be admitted first; then it must arrive by the deadline.
 *
 * <p>Forms are read with Tomcat's parser from our own stream, not by the servlet's {@code getParts}: that has no deadline,
 * and refuses a whole batch for one picture that is too large.
 */
final class Upload implements ImageSource {

    private final HttpServletRequest request;
    private final RequestLimits limits;
    private final long deadlineNanos;

    /**
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     */
    Upload(HttpServletRequest request, RequestLimits limits, long deadlineNanos) {
        this.request = request;
        this.limits = limits;
        this.deadlineNanos = deadlineNanos;
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
        if (!isMultipart()) {
            return bytes(body(), limits.maxImageBytes());
        }
        List<byte[]> files = parts("file", 1);
        if (files.size() > 1) {
            throw new UploadException(
                    Problem.NO_IMAGE, "one part 'file' is expected: POST /classify/batch takes several");
        }
        return files.getFirst();
    }

    /** The pictures of a batch: the parts {@code files}. One that is too large is cut off just beyond the limit. */
    List<byte[]> files() throws IOException {
        List<byte[]> files = parts("files", limits.maxImages());
        if (files.size() > limits.maxImages()) {
            throw new UploadException(
                    Problem.NO_IMAGE, "at most %d pictures are taken at once".formatted(limits.maxImages()));
        }
        return files;
    }

    private boolean isMultipart() {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    /** The files of this name, at most one more than is wanted. */
    private List<byte[]> parts(String name, int wanted) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try {
            FileItemIterator parts = new FileUpload().getItemIterator(new Form());
            while (files.size() <= wanted && parts.hasNext()) {
                FileItemStream part = parts.next();
                if (name.equals(part.getFieldName()) && !part.isFormField()) {
                    try (InputStream content = part.openStream()) {
                        files.add(bytes(content, limits.maxImageBytes()));
                    }
                }
            }
        } catch (FileUploadException | FileUploadIOException e) {
            if (e.getCause() instanceof UploadException late) {
                throw late;
            }
            throw new UploadException(Problem.MALFORMED_REQUEST, "the multipart body cannot be read");
        }
        if (files.isEmpty()) {
            throw new UploadException(Problem.NO_IMAGE, "the form has no part '%s' that is a file".formatted(name));
        }
        return files;
    }

    /** One byte beyond the limit is enough for the decoder to refuse the picture. */
    private static byte[] bytes(InputStream content, long most) throws IOException {
        return content.readNBytes(Math.toIntExact(most + 1));
    }

    private InputStream body() throws IOException {
        long most = isMultipart() ? limits.maxRequestBytes() : limits.maxImageBytes() + 1;
        return new TimedBody(request.getInputStream(), most, deadlineNanos);
    }

    private static InvalidImageException tooManyBytes(long most) {
        return new InvalidImageException(
                InvalidImageException.Reason.TOO_MANY_BYTES, "more than %d bytes".formatted(most));
    }

    /** The request as the parser wants to see it. */
    private final class Form implements UploadContext {

        @Override
        public long contentLength() {
            return request.getContentLengthLong();
        }

        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public String getContentType() {
            return request.getContentType();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return body();
        }
    }

    /** A body that must not be longer than stated, nor arrive later; a single read is bounded by Tomcat's own timeout. */
    private static final class TimedBody extends InputStream {

        private final InputStream body;
        private final long most;
        private final long deadlineNanos;
        private long left;

        TimedBody(InputStream body, long most, long deadlineNanos) {
            this.body = body;
            this.most = most;
            this.deadlineNanos = deadlineNanos;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw tooLate();
            }
            int count;
            try {
                count = body.read(target, offset, length);
            } catch (SocketTimeoutException e) {
                throw tooLate();
            }
            left -= Math.max(0, count);
            if (left < 0) {
                throw tooManyBytes(most);
            }
            return count;
        }

        private static UploadException tooLate() {
            return new UploadException(Problem.UPLOAD_TIMEOUT, "the body did not arrive in time");
        }
    }
}
