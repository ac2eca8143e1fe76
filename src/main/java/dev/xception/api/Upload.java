package dev.xception.api;

import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.AdmissionLimit.Permit;
import dev.xception.classification.ImageSource;
import dev.xception.image.InvalidImageException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a request: pictures as parts of a multipart form, or one picture as the body itself. Nothing of it is read
 * before {@link #read} or {@link #files} is called, so it can be admitted first; then it must arrive by the deadline.
 *
 * <p>Forms are read with Tomcat's parser from our own stream, not by the servlet's {@code getParts}: that has no deadline,
 * and refuses a whole batch for one picture that is too large.
 */
final class Upload implements ImageSource {

    private static final Logger log = LoggerFactory.getLogger(Upload.class);

    /** File names are long where each of their characters takes nine. */
    private static final int MAX_PART_HEADER_BYTES = 8192;

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
     * Asks for as many bytes as are announced; where none are, the permit grows with what comes.
     *
     * @throws InvalidImageException if more is announced than is accepted
     */
    @Override
    public Permit admit(AdmissionLimit limit) {
        long most = isMultipart() ? limits.maxRequestBytes() : limits.maxImageBytes();
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooManyBytes(most);
        }
        return limit.acquire(Math.max(0, announced));
    }

    /** The one picture of the request: the part {@code file}, or the body. */
    @Override
    public byte[] read(Permit permit) throws IOException {
        if (!isMultipart()) {
            return bytes(new Body(permit), limits.maxImageBytes());
        }
        List<byte[]> files = parts("file", 1, permit);
        if (files.size() > 1) {
            throw new UploadException(
                    Problem.NO_IMAGE, "one part 'file' is expected: POST /classify/batch takes several");
        }
        return files.getFirst();
    }

    /** The pictures of a batch: the parts {@code files}. One that is too large is cut off just beyond the limit. */
    List<byte[]> files(Permit permit) throws IOException {
        List<byte[]> files = parts("files", limits.maxImages(), permit);
        if (files.size() > limits.maxImages()) {
            throw new UploadException(
                    Problem.NO_IMAGE, "at most %d pictures are taken at once".formatted(limits.maxImages()));
        }
        return files;
    }

    @Override
    public boolean callerGone() {
        return CallerWatch.isCallerGone(request);
    }

    private boolean isMultipart() {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    /** The files of this name, at most one more than is wanted. */
    private List<byte[]> parts(String name, int wanted, Permit permit) throws IOException {
        Body body = new Body(permit);
        List<byte[]> files = new ArrayList<>();
        String misplaced = null;
        try {
            FileUpload form = new FileUpload();
            form.setPartHeaderSizeMax(MAX_PART_HEADER_BYTES);
            FileItemIterator parts = form.getItemIterator(new Form(body));
            while (files.size() <= wanted && parts.hasNext()) {
                FileItemStream part = parts.next();
                String partName = part.getFieldName();
                if (part.isFormField() && Query.NAMES.contains(partName)) {
                    misplaced = partName;
                } else if (name.equals(partName) && !part.isFormField()) {
                    try (InputStream content = part.openStream()) {
                        files.add(bytes(content, limits.maxImageBytes()));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            // Whatever a form is made of: the parser meets some of it with a NullPointerException.
            body.rethrowFailure();
            log.debug("not a form", e);
            throw new UploadException(Problem.MALFORMED_REQUEST, "the multipart body cannot be read");
        }
        body.rethrowFailure();
        if (misplaced != null) {
            throw new UploadException(
                    Problem.INVALID_PARAMETER, "'%s' is read from the query, not from the form".formatted(misplaced));
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

    private static InvalidImageException tooManyBytes(long most) {
        return new InvalidImageException(
                InvalidImageException.Reason.TOO_MANY_BYTES, "more than %d bytes".formatted(most));
    }

    /** The request as the parser wants to see it. */
    private final class Form implements UploadContext {

        private final Body body;

        Form(Body body) {
            this.body = body;
        }

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
        public InputStream getInputStream() {
            return body;
        }
    }

    /**
     * The body, which must not be longer than is accepted, nor arrive later. Between two looks at the clock lies one read of
     * Tomcat's: a byte, or the head and end of a chunk, each byte of which has Tomcat's own timeout.
     *
     * <p>When it has failed it is at its end, and remembers why: the parser of forms makes something else of that.
     */
    private final class Body extends InputStream {

        private final InputStream body;
        private final Permit permit;
        private final boolean announced;
        private final long most;
        private long left;

        @Nullable
        private Exception failure;

        Body(Permit permit) throws IOException {
            this.body = request.getInputStream();
            this.permit = permit;
            this.announced = request.getContentLengthLong() >= 0;
            this.most = isMultipart() ? limits.maxRequestBytes() : limits.maxImageBytes() + 1;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (failure != null) {
                return -1;
            }
            try {
                return readInTime(target, offset, length);
            } catch (IOException | RuntimeException e) {
                failure = e;
                throw e;
            }
        }

        private int readInTime(byte[] target, int offset, int length) throws IOException {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new UploadException(Problem.UPLOAD_TIMEOUT, "the body did not arrive in time");
            }
            int count = body.read(target, offset, length);
            left -= Math.max(0, count);
            if (left < 0) {
                throw tooManyBytes(most);
            }
            if (!announced && count > 0) {
                permit.addBytes(count);
            }
            return count;
        }

        void rethrowFailure() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
        }
    }
}
