package dev.xception.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** What the page says when there is no answer. */
class RefusalsIT extends BrowserTest {

    @Test
    void saysThatATextFileIsNoPicture() {
        Locator card = choose(
                new FilePayload("notes.txt", "text/plain", "no picture at all".getBytes(StandardCharsets.UTF_8)));

        assertThat(card.locator(".problem strong")).hasText("This is not a picture the server can read.");
        assertThat(card.locator(".problem .hint")).containsText("JPEG, PNG");
        assertThat(card.locator(".again")).isHidden();
        assertThat(card.locator("figure")).isHidden();
    }

    @Test
    void saysThatAPictureIsDamaged() {
        FilePayload whole = picture("cut.png", 400, 400);
        Locator card =
                choose(new FilePayload("cut.png", "image/png", Arrays.copyOf(whole.buffer, whole.buffer.length / 2)));

        assertThat(card.locator(".problem strong")).hasText("This picture is damaged.");
    }

    @Test
    void saysThatAPictureHasTooManyPixels() {
        Locator card = choose(new FilePayload("huge.png", "image/png", pngHeader(60_000, 60_000)));

        assertThat(card.locator(".problem strong")).hasText("This picture has too many pixels.");
        assertThat(card.locator(".problem .detail")).containsText("60000");
    }

    @Test
    void saysThatAFileIsTooLarge() {
        Locator card = choose(new FilePayload("large.png", "image/png", new byte[30_000_000]));

        assertThat(card.locator(".problem strong")).hasText("This file is too large.");
    }

    @Test
    void saysThatTheServerIsBusyAndTriesAgain() {
        page.route(
                "**/classify**",
                route -> route.fulfill(
                        new Route.FulfillOptions()
                                .setStatus(503)
                                .setHeaders(Map.of("Retry-After", "2", "Content-Type", "application/problem+json"))
                                .setBody(
                                        "{\"type\":\"urn:xception:problem:overloaded\",\"status\":503,\"detail\":\"too much work\"}")));
        Locator card = choose(picture("a.png", 200, 200));
        assertThat(card.locator(".problem strong")).hasText("The server is busy.");
        assertThat(card.locator(".problem .hint")).containsText("Try again in 2 s.");

        page.unroute("**/classify**");
        card.locator(".again").click();

        answered(card);
        assertThat(card.locator(".problem")).isHidden();
    }

    @Test
    void saysThatTheAnswerTookTooLong() {
        page.route("**/classify**", route -> route.fulfill(new Route.FulfillOptions().setStatus(504)));
        Locator card = choose(picture("a.png", 200, 200));

        assertThat(card.locator(".problem strong")).hasText("The answer took too long.");
    }

    @Test
    void saysThatTheServerCannotBeReached() {
        page.route("**/classify**", Route::abort);
        Locator card = choose(picture("a.png", 200, 200));

        assertThat(card.locator(".problem strong")).hasText("The server cannot be reached.");
        assertThat(card.locator(".again")).isVisible();
    }

    @Test
    void saysThatAModelHasNoHeatMap() {
        page.route(
                "**/explain**",
                route -> route.fulfill(
                        new Route.FulfillOptions()
                                .setStatus(422)
                                .setContentType("application/problem+json")
                                .setBody(
                                        "{\"type\":\"urn:xception:problem:unsupported-by-model\",\"detail\":\"no single dense layer\"}")));
        Locator card = answered(choose(picture("a.png", 200, 200)));
        card.locator(".heat-switch").check();

        assertThat(card.locator(".heat-problem")).hasText("This model has no heat map. no single dense layer");
        assertThat(card.locator(".heat")).isHidden();
    }

    @Test
    void warnsOfUntrainedWeights() {
        assertThat(page.locator("#untrained")).isVisible();
        assertThat(page.locator("#untrained")).containsText("These answers mean nothing yet.");
    }

    @Test
    void doesNotWarnOfTrainedWeights() {
        reloadWithModels("untrained", "trained");

        assertThat(page.locator("#model")).containsText("· trained weights");
        assertThat(page.locator("#untrained")).isHidden();
    }

    @Test
    void asksAModelOfThreeClassesForThree() {
        reloadWithModels("\"classes\":1000", "\"classes\":3");

        assertThat(page.locator("#model")).containsText("· 3 classes");
        assertThat(page.locator("[name=top]")).hasValue("3");
    }

    /** Reloads the page, which is told something else of the models. */
    private void reloadWithModels(String said, String instead) {
        page.route("**/models", route -> {
            var response = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(response)
                    .setBody(response.text().replace(said, instead)));
        });
        page.reload();
    }

    /** The signature and the first chunk of a PNG of that size. */
    private static byte[] pngHeader(int width, int height) {
        ByteBuffer chunk = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(chunk.array());
        return ByteBuffer.allocate(33)
                .putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .put(chunk.array())
                .putInt((int) crc.getValue())
                .array();
    }
}
