package dev.xception.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells browsers what an answer may do: the page runs its own scripts and styles and asks this server alone, nobody frames
 * it, and no answer is taken for another type than it says. Swagger UI is a script that writes its styles into its
 * document, so its pages may do that too.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class SecurityHeaders extends OncePerRequestFilter {

    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

    private static final String PAGE = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' blob: data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SWAGGER_UI = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' blob: data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Those of every answer but Swagger UI's pages. */
    static final Map<String, String> OF_ANSWERS = Map.of(
            CONTENT_SECURITY_POLICY, PAGE, "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        OF_ANSWERS.forEach(response::setHeader);
        if (request.getServletPath().startsWith("/swagger-ui/")) {
            response.setHeader(CONTENT_SECURITY_POLICY, SWAGGER_UI);
        }
        chain.doFilter(request, response);
    }
}
