package dev.xception.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.FilePayload;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The page of a running server, with untrained weights, in a real browser. After every test no script has failed, nothing
 * was asked of another server, and the content security policy has stopped nothing.
 */
@ExtendWith(Chromium.Condition.class)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "xception.model.when-missing=untrained",
            "xception.model.download=false",
            "xception.session.provider=cpu"
        })
abstract class BrowserTest {

    private static final Path MODELS = Path.of("target", "page-models");

    /** For a machine that does much else; nothing waits longer than it must. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private static Chromium chromium;

    @LocalServerPort
    private int port;

    private final List<String> faults = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private BrowserContext context;
    Page page;

    /** The repository's own description of the model, in a folder where the graph may be made. */
    @DynamicPropertySource
    static void model(DynamicPropertyRegistry registry) throws IOException {
        Path target = Files.createDirectories(MODELS.resolve("xception"));
        for (String file : List.of("model.yaml", "labels.txt")) {
            Files.copy(Path.of("models", "xception", file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        registry.add("xception.model.directory", () -> MODELS);
    }

    @BeforeAll
    static void startBrowser() {
        PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MILLIS);
        chromium = Chromium.start();
    }

    @AfterAll
    static void stopBrowser() {
        chromium.close();
    }

    @BeforeEach
    void openPage() {
        open(new Browser.NewContextOptions().setViewportSize(1200, 900));
    }

    /** Opens the page anew in a browser of its own. */
    void open(Browser.NewContextOptions options) {
        if (context != null) {
            context.close();
        }
        context = chromium.browser().newContext(options);
        context.setDefaultTimeout(TIMEOUT_MILLIS);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            // The browser itself reports every refusal of the server as an error.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                faults.add(message.text());
            }
        });
        page.onPageError(faults::add);
        page.onRequest(request -> requests.add(request.url()));
        page.navigate(origin());
        page.waitForCondition(() -> !page.locator("#model").textContent().startsWith("Asking"));
    }

    @AfterEach
    void nothingWentWrong() {
        context.close();
        assertThat(faults).as("errors on the console").isEmpty();
        assertThat(requests)
                .as("requests")
                .isNotEmpty()
                .allMatch(url ->
                        url.startsWith(origin()) || url.startsWith("blob:" + origin()) || url.startsWith("data:"));
    }

    String origin() {
        return "http://localhost:" + port + "/";
    }

    BrowserContext context() {
        return context;
    }

    /** Chooses files as a person would; the card of the last one is returned. */
    Locator choose(FilePayload... files) {
        page.locator("#files").setInputFiles(files);
        return page.locator(".card").first();
    }

    /** Waits until the card has an answer. */
    static Locator answered(Locator card) {
        card.locator(".predictions li").first().waitFor();
        return card;
    }

    static FilePayload picture(String name, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
        graphics.fillRect(0, 0, width, height);
        graphics.setPaint(Color.WHITE);
        graphics.fillOval(width / 3, height / 3, width / 3, height / 3);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FilePayload(name, "image/png", png.toByteArray());
    }
}
