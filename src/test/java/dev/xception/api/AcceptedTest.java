package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

class AcceptedTest {

    private static final List<MediaType> OFFERED = List.of(MediaType.APPLICATION_JSON, MediaType.IMAGE_PNG);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            */*                                          | application/json
            image/png                                    | image/png
            image/*                                      | image/png
            application/json;q=0.5, image/png            | image/png
            text/html, image/png;q=0.1, */*;q=0.2        | application/json
            */*, image/png                               | image/png
            application/json, application/problem+json   | application/json
            application/json;q=0, */*                    | image/png
            application/json;v=2;q=0, application/json   | application/json
            image/*;q=0.9, image/png;q=0.1, */*;q=0.5    | application/json
            """)
    void choosesWhatTheCallerLikesBest(String accept, String chosen) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Accept", accept);

        assertThat(Accepted.best(request, OFFERED)).hasToString(chosen);
    }

    @Test
    void choosesTheFirstForACallerWhoDoesNotSay() throws Exception {
        assertThat(Accepted.best(new MockHttpServletRequest(), OFFERED)).isEqualTo(MediaType.APPLICATION_JSON);
    }

    @Test
    void choosesTheFirstForACallerWhoSaysNothing() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Accept", "");

        assertThat(Accepted.best(request, OFFERED)).isEqualTo(MediaType.APPLICATION_JSON);
    }

    @Test
    void readsEveryLine() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Accept", "text/html");
        request.addHeader("Accept", "image/png");

        assertThat(Accepted.best(request, OFFERED)).isEqualTo(MediaType.IMAGE_PNG);
    }

    @Test
    void refusesACallerWhoWantsNoneOfThem() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Accept", "text/html");

        assertThatThrownBy(() -> Accepted.best(request, OFFERED))
                .isInstanceOf(HttpMediaTypeNotAcceptableException.class);
    }
}
