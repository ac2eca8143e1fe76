package dev.xception.api;

import dev.xception.classification.AdmissionLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * The first part of a shutdown, while the web server still listens.
 *
 * <p>Tomcat, once it stops, closes kept-alive connections without a word, and a caller that is just sending its next
 * request cannot know whether it was accepted. So before Tomcat is told to stop, readiness is down (Spring Boot's doing),
 * new work is refused with 503, what was accepted is answered, and every answer says {@code Connection: close}. When Tomcat
 * then closes its connections, no caller who has asked meanwhile still holds one.
 */
@RestControllerAdvice
class Drain implements SmartLifecycle, ResponseBodyAdvice<Object> {

    /** Long enough for a caller that has just been answered to send its next request and be told to go. */
    private static final Duration LAST_CALL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final AdmissionLimit admission;
    private final RequestLimits limits;
    private volatile boolean running;
    private volatile boolean draining;

    Drain(AdmissionLimit admission, RequestLimits limits) {
        this.admission = admission;
        this.limits = limits;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        draining = true;
        admission.shutDown();
        try {
            if (!admission.awaitIdle(limits.timeout())) {
                log.warn("still in flight after {}: {}", limits.timeout(), admission.usage());
            }
            Thread.sleep(LAST_CALL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Higher phases stop earlier. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    /** The last moment at which an answer's head can change: it may have been asked for long before the shutdown. */
    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType contentType,
            Class<? extends HttpMessageConverter<?>> converterType,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (draining) {
            response.getHeaders().set(HttpHeaders.CONNECTION, "close");
        }
        return body;
    }
}
