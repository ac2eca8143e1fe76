package dev.xception.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The browser that the tests of the page drive: the machine's own Chromium, named by the environment variable {@code
 * CHROMIUM} or lying where Debian puts it.
 */
final class Chromium implements AutoCloseable {

    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** Comes with the Node.js that Playwright runs on. */
    private static final String DRIVER_BUNDLE = "/META-INF/maven/com.microsoft.playwright/driver-bundle/pom.properties";

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setExecutablePath(executable().orElseThrow())
                .setArgs(ARGUMENTS);
        return new Chromium(playwright, playwright.chromium().launch(options));
    }

    private static Optional<Path> executable() {
        return Stream.of(System.getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser")
                .filter(Objects::nonNull)
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        playwright.close();
    }

    /**
     * Skips a test class, before anything of it is started, where there is no browser; with {@code
     * xception.browser.required=true} that is a failure.
     */
    static final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (executable().isEmpty()) {
                return absent("no Chromium: install it, or set CHROMIUM to its path");
            }
            if (Condition.class.getResource(DRIVER_BUNDLE) == null) {
                return absent("no Node.js to drive Chromium: run with -Pbrowser, which brings it");
            }
            return ConditionEvaluationResult.enabled("Chromium is there");
        }

        private static ConditionEvaluationResult absent(String why) {
            if (Boolean.getBoolean("xception.browser.required")) {
                throw new AssertionError(why);
            }
            return ConditionEvaluationResult.disabled(why);
        }
    }
}
