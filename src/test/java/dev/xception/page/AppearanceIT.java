package dev.xception.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the page looks, to eyes, fingers and screen readers, and what it weighs. */
class AppearanceIT extends BrowserTest {

    private static final String LIGHT = "rgb(247, 246, 243)";
    private static final String DARK = "rgb(19, 23, 24)";

    @Test
    void followsTheSystemsColours() {
        open(new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK));

        assertThat(page.locator("body")).hasCSS("background-color", DARK);
    }

    @Test
    void remembersTheColoursThatWereChosen() {
        assertThat(page.locator("body")).hasCSS("background-color", LIGHT);
        page.locator("#theme").click();
        assertThat(page.locator("body")).hasCSS("background-color", DARK);

        page.reload();

        assertThat(page.locator("body")).hasCSS("background-color", DARK);
        assertThat(page.locator("#theme")).hasAccessibleName("Light colours");
    }

    @Test
    void fitsANarrowScreen() {
        open(new Browser.NewContextOptions()
                .setViewportSize(320, 640)
                .setHasTouch(true)
                .setIsMobile(true));
        Locator card = answered(choose(picture("a-picture-with-a-rather-long-name-of-its-own.png", 900, 600)));
        card.locator(".heat-switch").press("Space");
        card.locator("summary").press("Enter");
        assertThat(card.locator(".heat")).isVisible();
        assertThat(card.locator("pre")).isVisible();

        assertThat(page.locator("#take")).isVisible();
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(320);
    }

    @Test
    void worksWithTheKeyboardAlone() {
        page.getByTitle("Try the clock").focus();
        page.keyboard().press("Enter");
        Locator card = answered(page.locator(".card").first());

        card.locator(".predictions button").nth(1).focus();
        page.keyboard().press("Space");
        assertThat(card.locator(".heat")).isVisible();

        page.keyboard().press("Shift+Tab");
        page.keyboard().press("Shift+Tab");
        assertThat(card.locator(".opacity input")).isFocused();
        assertThat(card.locator(".opacity input")).not().hasCSS("outline-style", "none");
        page.keyboard().press("End");
        assertThat(card.locator(".heat")).hasCSS("opacity", "1");
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void hasNoSeriousAccessibilityViolation(ColorScheme colours) {
        open(new Browser.NewContextOptions().setColorScheme(colours).setViewportSize(1200, 900));
        assertThat(seriousViolations()).as("before any picture").isEmpty();

        answered(choose(picture("a.png", 300, 200))).locator(".heat-switch").check();
        assertThat(page.locator(".heat")).isVisible();
        choose(new FilePayload("notes.txt", "text/plain", "text".getBytes(StandardCharsets.UTF_8)))
                .locator(".problem")
                .waitFor();
        page.locator("summary").last().click();

        assertThat(seriousViolations()).as("with answers").isEmpty();
    }

    /** What axe-core finds, one line each: impact, rule, element. */
    @SuppressWarnings("unchecked")
    private List<String> seriousViolations() {
        page.evaluate(axe());
        return (List<String>) page.evaluate("""
                async () => (await axe.run()).violations
                  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                  .flatMap(({ impact, id, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`))""");
    }

    private static String axe() {
        try (InputStream script = AppearanceIT.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void weighsLessThan60Kilobytes() {
        int bytes = (int) page.evaluate("""
                () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                  .filter(({ name }) => !name.includes('/samples/') && !name.endsWith('/models'))
                  .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)""");

        System.out.printf("the page weighs %d bytes%n", bytes);
        assertThat(bytes).isBetween(10_000, 60_000);
    }

    @Test
    void swaggerUiRunsUnderItsOwnPolicy() {
        page.navigate(origin() + "swagger-ui.html");

        assertThat(page.locator("#swagger-ui")).containsText("/classify");
        assertThat(page.url()).startsWith(origin() + "swagger-ui/");
    }
}
