package dev.xception.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/** Which of the media types that an answer can have the caller wants. */
final class Accepted {

    private Accepted() {}

    /** The offered type that the caller likes best; of equals, and for a caller who does not say, the one offered first. */
    static MediaType best(HttpServletRequest request, List<MediaType> offered)
            throws HttpMediaTypeNotAcceptableException {
        List<MediaType> wanted = MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
        if (wanted.isEmpty()) {
            return offered.getFirst();
        }
        return wanted.stream()
                .filter(type -> type.getQualityValue() > 0)
                .sorted(Comparator.comparingDouble(MediaType::getQualityValue)
                        .thenComparingInt(Accepted::specificity)
                        .reversed())
                .flatMap(type -> offered.stream().filter(offer -> type.equals(deciding(wanted, offer))))
                .findFirst()
                .orElseThrow(() -> new HttpMediaTypeNotAcceptableException(offered));
    }

    /** The most specific range decides about an offer (RFC 9110, section 12.5.1); of equals the one that is liked best. */
    private static @Nullable MediaType deciding(List<MediaType> wanted, MediaType offer) {
        return wanted.stream()
                .filter(type -> type.includes(offer))
                .max(Comparator.comparingInt(Accepted::specificity).thenComparingDouble(MediaType::getQualityValue))
                .orElse(null);
    }

    private static int specificity(MediaType type) {
        return type.isWildcardType() ? 0 : type.isWildcardSubtype() ? 1 : 2;
    }
}
