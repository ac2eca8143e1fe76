package dev.xception.api;

import dev.xception.classification.OverloadedException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses what {@link QuickRefusal} leaves to it, without the way through Spring MVC: what an overloaded server spends on those it
 * sends away is missing to the others.
 *
 * <p>It comes right behind the filter that counts and times requests.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class OverloadFilter extends OncePerRequestFilter {

    /** Attribute of a request for which there was room a moment ago. */
    static final String LET_IN = OverloadFilter.class.getName() + ".LET_IN";

    private final Overload overload;
    private final JsonMapper json;

    OverloadFilter(Overload overload, JsonMapper json) {
        this.overload = overload;
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getAttribute(LET_IN) != null || !Overload.concerns(request.getMethod(), path(request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        OverloadedException refusal =
                overload.refusal(request.getQueryString(), request.getHeader(Query.TIMEOUT_HEADER));
        if (refusal == null) {
            chain.doFilter(request, response);
        } else {
            refuse(refusal, request, response);
        }
    }

    private void refuse(OverloadedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(observation -> observation.setPathPattern(path(request)));
        ResponseEntity<ProblemDetail> refusal = ProblemHandler.answer(e, request.getRequestURI());
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
