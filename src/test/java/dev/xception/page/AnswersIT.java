package dev.xception.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page shows of a picture. */
class AnswersIT extends BrowserTest {

    @Test
    void showsFiveLabelsOfAChosenPicture() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));

        assertThat(card.locator("h3")).hasText("wide.png");
        assertThat(card.locator(".facts")).hasText("600 × 400 PNG");
        assertThat(card.locator(".predictions li")).hasCount(5);
        assertThat(card.locator(".label").allTextContents()).allMatch(label -> !label.isBlank());
        assertThat(card.locator(".wordnet").allTextContents()).allMatch(id -> id.matches("n\\d{8}"));
        assertThat(card.locator(".probability").allTextContents()).allMatch(text -> text.endsWith(" %"));
    }

    @Test
    void showsSeveralPicturesAtOnce() {
        choose(picture("a.png", 300, 300), picture("b.png", 320, 240), picture("c.png", 240, 320));

        assertThat(page.locator(".card")).hasCount(3);
        assertThat(page.locator(".card .predictions")).hasCount(3);
        assertThat(page.locator(".predictions li")).hasCount(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"balloons", "traffic light", "clock", "umbrella", "sailing boat"})
    void classifiesADrawing(String name) {
        page.getByTitle("Try the " + name).click();

        Locator card = answered(page.locator(".card").first());
        assertThat(card.locator("h3")).hasText(name.replace(' ', '-') + ".png");
    }

    @Test
    void takesADroppedPicture() {
        JSHandle transfer = transferOf(picture("dropped.png", 200, 200));
        page.locator("#drop").dispatchEvent("drop", Map.of("dataTransfer", transfer));

        assertThat(answered(page.locator(".card").first()).locator("h3")).hasText("dropped.png");
    }

    @Test
    void takesAPastedPicture() {
        JSHandle transfer = transferOf(picture("pasted.png", 200, 200));
        page.evaluate(
                "clipboardData => dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))",
                transfer);

        assertThat(answered(page.locator(".card").first()).locator("h3")).hasText("pasted.png");
    }

    /** What a drop or a paste carries. */
    private JSHandle transferOf(FilePayload file) {
        return page.evaluateHandle(
                """
                ([name, type, base64]) => {
                  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
                  const transfer = new DataTransfer();
                  transfer.items.add(new File([bytes], name, { type }));
                  return transfer;
                }""", List.of(file.name, file.mimeType, Base64.getEncoder().encodeToString(file.buffer)));
    }

    @Test
    void framesTheCropThatTheModelSaw() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));

        assertThat(card.locator(".seen")).isVisible();
        assertThat((double) card.evaluate("""
                card => {
                  const [seen, stage] = ['.seen', '.stage'].map((part) => card.querySelector(part).getBoundingClientRect());
                  return (seen.left - stage.left) / stage.width;
                }""")).isCloseTo(1.0 / 6, within(0.005));
        assertThat(card.locator("figcaption")).hasText("The model saw the bright square, scaled to 299 × 299.");
    }

    @Test
    void asksAgainWhenTheFitChanges() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));
        page.waitForResponse(
                response -> response.url().contains("fit=squash"),
                () -> page.getByText("Squash").click());

        assertThat(card.locator("figcaption")).hasText("The model saw the whole picture, squeezed to 299 × 299.");
        assertThat(card.locator(".seen")).isHidden();
    }

    @Test
    void showsAsManyAnswersAsAreWanted() {
        Locator card = answered(choose(picture("small.png", 200, 200)));
        page.getByLabel("Answers").fill("12");
        page.getByLabel("Answers").press("Tab");

        assertThat(card.locator(".predictions li")).hasCount(12);
    }

    @Test
    void showsTheStagesOfTheWork() {
        Locator card = answered(choose(picture("small.png", 200, 200)));

        assertThat(card.locator(".timing dt").allTextContents())
                .containsExactly("admit", "decode", "preprocess", "queue", "inference", "network and browser");
        assertThat(card.locator(".timing dd").allTextContents()).allMatch(text -> text.matches("[\\d,]+\\.\\d ms"));
    }

    @Test
    void givesTheSameAsACurlCommand() {
        context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        Locator card = answered(choose(picture("it's, \"1\";.png", 200, 200)));
        card.locator("summary").click();
        card.locator(".copy").click();

        assertThat(card.locator(".copy")).hasText("Copied");
        assertThat(page.evaluate("navigator.clipboard.readText()"))
                .isEqualTo(
                        "curl -F 'file=@\"it'\\''s, \\\"1\\\";.png\"' \\\n  '" + origin() + "classify?top=5&fit=crop'");
    }

    @Test
    void showsWhereTheEvidenceLies() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));
        card.locator(".heat-switch").check();

        assertThat(card.locator(".heat")).isVisible();
        assertThat(card.locator(".predictions button").first()).hasAttribute("aria-pressed", "true");
        assertThat((int) card.locator(".heat").evaluate("""
                canvas => {
                  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                  const colours = new Set();
                  for (let i = 0; i < data.length; i += 4) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
                  return colours.size;
                }"""))
                .as("colours of the heat map")
                .isGreaterThan(50);

        card.locator(".opacity input").fill("25");
        assertThat(card.locator(".heat")).hasCSS("opacity", "0.25");

        card.locator(".heat-switch").uncheck();
        assertThat(card.locator(".heat")).isHidden();
    }

    @Test
    void showsTheEvidenceOfAnotherClass() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));
        Locator third = card.locator(".predictions li").nth(2);
        page.waitForResponse(
                response -> response.url().contains("class_index=" + third.getAttribute("data-class-index")),
                () -> third.locator("button").click());

        assertThat(card.locator(".heat")).isVisible();
        assertThat(card.locator(".predictions [aria-pressed=true]")).hasCount(1);
        assertThat(card.locator(".scale b")).hasText(third.locator(".label").textContent());
    }

    @Test
    void removesACard() {
        choose(picture("a.png", 200, 200), picture("b.png", 200, 200));
        page.getByLabel("Remove a.png").click();

        assertThat(page.locator(".card")).hasCount(1);
        assertThat(page.getByLabel("Remove b.png")).isFocused();
    }

    @Test
    void namesTheModelThatIsServed() {
        assertThat(page.locator("#model"))
                .hasText(Pattern.compile("xception .* · fp32 · cpu · 1000 classes · untrained weights"));
    }

    /** Prints the time between the last byte of the answer and the frame that shows it. */
    @Test
    void showsTheFirstPredictionInAFrameAfterTheAnswer() {
        page.evaluate("""
                () => new MutationObserver((changes, observer) => {
                  if (document.querySelector('.predictions li') === null) return;
                  observer.disconnect();
                  requestAnimationFrame(() => setTimeout(() => window.shownAt = performance.now()));
                }).observe(document.body, { childList: true, subtree: true })""");
        answered(choose(picture("wide.png", 1600, 1200)));
        page.waitForFunction("window.shownAt");

        double delay = ((Number) page.evaluate("""
                () => window.shownAt - performance.getEntriesByType('resource')
                  .find((entry) => entry.name.includes('/classify')).responseEnd""")).doubleValue();
        System.out.printf("first prediction shown %.1f ms after the answer%n", delay);
        assertThat(delay).isNotNegative();
    }

    @Test
    void tellsScreenReadersTheAnswer() {
        Locator card = answered(choose(picture("wide.png", 600, 400)));
        String first = card.locator(".label").first().textContent();

        assertThat(page.locator("#announcement")).containsText("wide.png: " + first);
        assertThat(page.locator("#announcement")).hasAttribute("aria-live", "polite");
    }
}
