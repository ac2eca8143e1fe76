package dev.xception.api;

import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.OverloadedException;
import dev.xception.classification.UnavailableException;
import dev.xception.classification.UnknownModelException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses a picture for which the queue has no room before anything of it is read, and without the way through Spring MVC: what
 * an overloaded server spends on those it sends away is missing to the others. Whoever passes is held against all bounds by the
 * classifier again.
 *
 * <p>It comes right behind the filter that counts and times requests.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class OverloadFilter extends OncePerRequestFilter {

    private static final Set<String> PATHS = Set.of("/classify", "/classify/batch", "/explain", "/embed");

    private final ObjectProvider<Classifiers> classifiers;
    private final RequestLimits limits;
    private final JsonMapper json;

    /** The classifiers are asked for when a request comes: a filter is made before the models are loaded. */
    OverloadFilter(ObjectProvider<Classifiers> classifiers, RequestLimits limits, JsonMapper json) {
        this.classifiers = classifiers;
        this.limits = limits;
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || !PATHS.contains(path(request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            Query query = new Query(request);
            Classifier classifier = query.classifier(classifiers.getObject());
            classifier.refuseOverload(classifier.deadlineAfter(query.timeout(limits.timeout())));
        } catch (OverloadedException e) {
            refuse(e, request, response);
            return;
        } catch (RequestException | UnknownModelException | UnavailableException e) {
            // The controller meets it again.
        }
        chain.doFilter(request, response);
    }

    private void refuse(OverloadedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(observation -> observation.setPathPattern(path(request)));
        ResponseEntity<ProblemDetail> refusal = ProblemHandler.answer(e, request);
        byte[] body = json.writeValueAsBytes(refusal.getBody());
        response.setStatus(refusal.getStatusCode().value());
        refusal.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
