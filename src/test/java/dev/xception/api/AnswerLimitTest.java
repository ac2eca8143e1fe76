package dev.xception.api;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.xception.classification.OverloadedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class AnswerLimitTest {

    private final AnswerLimit limit = new AnswerLimit(100_000);

    private static ServletRequestAttributes request() {
        ServletRequestAttributes request = new ServletRequestAttributes(new MockHttpServletRequest());
        RequestContextHolder.setRequestAttributes(request);
        return request;
    }

    @AfterEach
    void end() {
        RequestContextHolder.resetRequestAttributes();
    }

    @Test
    void answersBeyondTheBoundAreRefusedUntilOthersHaveBeenRead() {
        ServletRequestAttributes first = request();
        limit.hold(60_000);
        request();
        assertThatExceptionOfType(OverloadedException.class).isThrownBy(() -> limit.hold(40_001));
        limit.holdPredictions(400);

        first.requestCompleted();
        request();
        limit.hold(60_000);
        assertThatExceptionOfType(OverloadedException.class).isThrownBy(() -> limit.holdPredictions(100));
    }

    @Test
    void anAnswerThatIsLargerThanTheBoundIsGivenAlone() {
        ServletRequestAttributes first = request();
        limit.hold(100_001);
        request();
        assertThatExceptionOfType(OverloadedException.class).isThrownBy(() -> limit.hold(100_001));

        first.requestCompleted();
        assertThatNoException().isThrownBy(() -> limit.hold(100_001));
    }

    @Test
    void smallAnswersAreNotCounted() {
        for (int i = 0; i < 100; i++) {
            limit.hold(8192);
        }
        request();
        assertThatNoException().isThrownBy(() -> limit.hold(100_000));
    }

    @Test
    void withoutABoundNothingIsRefused() {
        request();
        assertThatNoException().isThrownBy(() -> new AnswerLimit(0).hold(Integer.MAX_VALUE));
    }
}
