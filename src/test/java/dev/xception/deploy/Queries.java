package dev.xception.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** Every query to Prometheus that the deployment files hold: alert rules, dashboard and autoscaler. */
public final class Queries {

    /** A word of two parts at least, that is no label of a selector and no string. */
    private static final Pattern METRIC = Pattern.compile("\\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\\b(?!\\s*(?:=|!|\\())");

    private static final Pattern STRINGS_AND_LABEL_LISTS =
            Pattern.compile("\"[^\"]*\"|\\bby\\s*\\([^)]*\\)|\\bon\\s*\\([^)]*\\)");

    private Queries() {}

    /** The queries, each with the dashboard's variables filled in. */
    public static List<String> all() throws IOException {
        List<String> queries = new ArrayList<>();
        Map<String, Object> rules = HelmChart.map(new Yaml().load(read("files/alerts.yaml")));
        for (Object group : (List<?>) rules.get("groups")) {
            for (Object rule : (List<?>) HelmChart.map(group).get("rules")) {
                queries.add((String) HelmChart.map(rule).get("expr"));
            }
        }
        for (Map<String, Object> panel : panels()) {
            for (Object target : (List<?>) panel.getOrDefault("targets", List.of())) {
                queries.add(filled((String) HelmChart.map(target).get("expr")));
            }
        }
        return queries;
    }

    private static String filled(String query) {
        return query.replace("$job", "xception-server")
                .replace("$instance", ".*")
                .replace("$__rate_interval", "1m");
    }

    static List<Map<String, Object>> panels() throws IOException {
        Map<String, Object> dashboard = HelmChart.map(new Yaml().load(read("files/dashboard.json")));
        return ((List<?>) dashboard.get("panels")).stream().map(HelmChart::map).toList();
    }

    /** The series of this server that the queries, and the chart's autoscalers, name. */
    public static Set<String> metrics() throws IOException {
        Set<String> names = new TreeSet<>();
        List<String> queries = new ArrayList<>(all());
        Map<String, Object> autoscaling = HelmChart.map(HelmChart.values().get("autoscaling"));
        queries.add((String) HelmChart.map(autoscaling.get("queue")).get("metric"));
        Map<String, Object> keda =
                HelmChart.map(HelmChart.render("keda").extension("ScaledObject").get("spec"));
        Map<String, Object> trigger = HelmChart.map(((List<?>) keda.get("triggers")).getFirst());
        queries.add((String) HelmChart.map(trigger.get("metadata")).get("query"));
        for (String query : queries) {
            METRIC.matcher(STRINGS_AND_LABEL_LISTS.matcher(query).replaceAll(""))
                    .results()
                    .forEach(match -> names.add(match.group()));
        }
        return names;
    }

    private static String read(String file) throws IOException {
        return Files.readString(HelmChart.PATH.resolve(file));
    }
}
