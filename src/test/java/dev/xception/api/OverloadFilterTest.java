package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xception.classification.GatedClassifier;
import dev.xception.classification.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class OverloadFilterTest {

    private final GatedClassifier gated = new GatedClassifier();
    private final List<Future<?>> accepted = new ArrayList<>();
    private OverloadFilter filter;

    @BeforeEach
    void serve() {
        filter = new OverloadFilter(OverloadFixture.of(gated), OverloadFixture.JSON);
    }

    @AfterEach
    void end() throws Exception {
        gated.open();
        for (Future<?> each : accepted) {
            each.get();
        }
        gated.close();
    }

    /** One picture runs and one waits: there is no room for a third. */
    private void fillTheQueue() throws InterruptedException {
        accepted.add(gated.run());
        accepted.add(gated.fillTheQueue());
    }

    private record Answer(MockHttpServletRequest request, MockHttpServletResponse response, MockFilterChain chain) {

        boolean passed() {
            return chain.getRequest() != null;
        }
    }

    private Answer send(String method, String path, String query) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.setQueryString(query);
        request.setContent(new byte[100]);
        Answer answer = new Answer(request, new MockHttpServletResponse(), new MockFilterChain());
        filter.doFilter(request, answer.response(), answer.chain());
        return answer;
    }

    @Test
    void whereThereIsRoomARequestPasses() throws Exception {
        assertThat(send("POST", "/classify", "top=1").passed()).isTrue();
        assertThat(gated.rejections()).isEmpty();
    }

    @Test
    void refusesWithAProblemAndReadsNothingWhenTheQueueIsFull() throws Exception {
        fillTheQueue();

        Answer answer = send("POST", "/classify", "model=red");

        assertThat(answer.passed()).isFalse();
        assertThat(answer.response().getStatus()).isEqualTo(503);
        assertThat(answer.response().getHeader("Retry-After")).isEqualTo("1");
        assertThat(answer.response().getContentType()).isEqualTo("application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(answer.response().getContentAsByteArray());
        assertThat(problem.at("/type").asString()).isEqualTo("urn:xception:problem:overloaded");
        assertThat(problem.at("/status").asInt()).isEqualTo(503);
        assertThat(problem.at("/instance").asString()).isEqualTo("/classify");
        assertThat(answer.request().getInputStream().available()).isEqualTo(100);
        assertThat(gated.rejections()).containsExactly(Rejection.OVERLOADED);
    }

    @Test
    void everyPathThatRunsTheModelIsRefused() throws Exception {
        fillTheQueue();
        for (String path : List.of("/classify", "/classify/batch", "/explain", "/embed")) {
            assertThat(send("POST", path, null).response().getStatus()).as(path).isEqualTo(503);
        }
    }

    @Test
    void refusesAlsoBelowAContextPath() throws Exception {
        fillTheQueue();
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/vision/classify");
        request.setContextPath("/vision");
        MockHttpServletResponse response = new MockHttpServletResponse();

        filter.doFilter(request, response, new MockFilterChain());

        assertThat(response.getStatus()).isEqualTo(503);
    }

    @Test
    void whatWasLetInBeforeTheContainerIsNotAskedAgain() throws Exception {
        fillTheQueue();
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/classify");
        request.setAttribute(OverloadFilter.LET_IN, true);
        MockFilterChain chain = new MockFilterChain();

        filter.doFilter(request, new MockHttpServletResponse(), chain);

        assertThat(chain.getRequest()).isNotNull();
        assertThat(gated.rejections()).isEmpty();
    }

    @Test
    void whatIsNoPictureToClassifyPassesAlsoWhenTheQueueIsFull() throws Exception {
        fillTheQueue();
        assertThat(send("GET", "/classify", null).passed()).isTrue();
        assertThat(send("GET", "/models", null).passed()).isTrue();
        assertThat(send("POST", "/classifyx", null).passed()).isTrue();
    }

    @Test
    void whatTheControllerRefusesForAnotherReasonPasses() throws Exception {
        fillTheQueue();
        assertThat(send("POST", "/classify", "model=unknown").passed()).isTrue();
        assertThat(gated.rejections()).isEmpty();
    }
}
