package dev.xception.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The chart of this repository, linted and rendered by Helm itself. */
final class HelmChart {

    static final Path PATH = Path.of("helm/xception-server").toAbsolutePath();

    private static final String KUBERNETES = "1.33.0";

    /** A copy whose `helm test` pod is an ordinary object: hooks are not in what {@code TemplateCommand} returns. */
    private static final Path WITHOUT_HOOKS = withoutHooks();

    private HelmChart() {}

    private static Path withoutHooks() {
        try {
            Path copy = copy(Files.createTempDirectory("chart"));
            Path test = copy.resolve("templates/tests/classify.yaml");
            Files.writeString(test, Files.readString(test).replace("helm.sh/hook: test", "hook: test"));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(PATH)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(PATH.getParent().relativize(file)));
            }
        }
        return folder.resolve(PATH.getFileName());
    }

    /** What `helm install` prints for the case. */
    static String notes(String caseName) {
        return notes(caseName, Map.of());
    }

    static String notes(String caseName, Map<String, Object> settings) {
        InstallCommand command = new Helm(PATH)
                .install()
                .withName("vision")
                .withNamespace("shop")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(valuesOf(caseName))
                .clientOnly()
                .dryRun();
        settings.forEach(command::set);
        return command.call().getOutput();
    }

    /** The values files of the chart's cases. */
    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(PATH.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith("-values.yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** Renders the release {@code vision} in the namespace {@code shop}; {@code settings} are {@code --set} pairs. */
    static Release render(String caseName, Map<String, Object> settings) {
        TemplateCommand command = template("vision", "shop").withValuesFile(valuesOf(caseName));
        settings.forEach(command::set);
        return release(command);
    }

    /** Renders with the values of a file, whose types no {@code --set} guesses. */
    static Release render(String name, String namespace, Path values) {
        return release(template(name, namespace).withValuesFile(values));
    }

    private static TemplateCommand template(String name, String namespace) {
        return new Helm(WITHOUT_HOOKS)
                .template()
                .withName(name)
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES);
    }

    private static Path valuesOf(String caseName) {
        return PATH.resolve("ci/" + caseName + "-values.yaml");
    }

    private static Release release(TemplateCommand command) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object document : new Yaml().loadAll(command.call())) {
            if (document != null) {
                objects.add(map(document));
            }
        }
        return new Release(objects);
    }

    static Release render(String caseName) {
        return render(caseName, Map.of());
    }

    /** Lints a copy of the chart whose defaults are those of the case, because Helm lints the defaults only. */
    static LintResult lint(Path valuesFile, Path workFolder) throws IOException {
        Path copy = copy(workFolder);
        Map<String, Object> values = merged(values(), read(valuesFile));
        Files.writeString(copy.resolve("values.yaml"), new Yaml().dump(values));
        return new Helm(copy).lint().strict().call();
    }

    /** The chart's defaults. */
    static Map<String, Object> values() throws IOException {
        return read(PATH.resolve("values.yaml"));
    }

    private static Map<String, Object> read(Path yaml) throws IOException {
        return map(new Yaml().load(Files.readString(yaml)));
    }

    private static Map<String, Object> merged(Map<String, Object> defaults, Map<String, Object> overrides) {
        Map<String, Object> result = new HashMap<>(defaults);
        overrides.forEach((key, value) -> result.merge(
                key, value, (a, b) -> a instanceof Map<?, ?> && b instanceof Map<?, ?> ? merged(map(a), map(b)) : b));
        return result;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object yaml) {
        return (Map<String, Object>) yaml;
    }
}
