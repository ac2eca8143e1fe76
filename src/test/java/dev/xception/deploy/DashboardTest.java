package dev.xception.deploy;

import static dev.xception.deploy.HelmChart.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard as Grafana reads it, and the names that its queries and the alert rules use. */
class DashboardTest {

    @Test
    void everyPanelHasItsOwnNumberAndItsOwnPlace() throws IOException {
        List<Object> numbers = new ArrayList<>();
        Set<List<Integer>> taken = new HashSet<>();
        for (Map<String, Object> panel : Queries.panels()) {
            numbers.add(panel.get("id"));
            Map<String, Object> place = map(panel.get("gridPos"));
            int x = (int) place.get("x");
            int y = (int) place.get("y");
            assertThat(x + (int) place.get("w")).as("%s", panel.get("title")).isLessThanOrEqualTo(24);
            for (int column = x; column < x + (int) place.get("w"); column++) {
                for (int row = y; row < y + (int) place.get("h"); row++) {
                    assertThat(taken.add(List.of(column, row)))
                            .as("free place for %s", panel.get("title"))
                            .isTrue();
                }
            }
        }
        assertThat(numbers).doesNotHaveDuplicates().hasSizeGreaterThan(15);
    }

    @Test
    void everyPanelHasATitleAUnitAndQueriesToTheChosenDataSource() throws IOException {
        for (Map<String, Object> panel : Queries.panels()) {
            assertThat((String) panel.get("title")).isNotBlank();
            if (panel.get("type").equals("row")) {
                continue;
            }
            assertThat(panel.get("type")).isIn("timeseries", "stat");
            assertThat(map(map(panel.get("fieldConfig")).get("defaults"))).containsKey("unit");
            assertThat(map(panel.get("datasource"))).containsEntry("uid", "${datasource}");
            List<?> targets = (List<?>) panel.get("targets");
            assertThat(targets)
                    .isNotEmpty()
                    .extracting(target -> map(target).get("refId"))
                    .doesNotHaveDuplicates();
            assertThat(targets)
                    .allSatisfy(target ->
                            assertThat((String) map(target).get("expr")).isNotBlank());
        }
    }

    @Test
    void everyQueryOfTheServersSeriesIsLimitedToTheChosenServers() throws IOException {
        for (Map<String, Object> panel : Queries.panels()) {
            for (Object target : (List<?>) panel.getOrDefault("targets", List.of())) {
                String query = (String) map(target).get("expr");
                if (!query.startsWith("DCGM_")) {
                    assertThat(query).contains("job=\"$job\"", "instance=~\"$instance\"");
                }
            }
        }
    }

    @Test
    void requestsWithPicturesAreTheSameForTheAlertAndTheDashboard() throws IOException {
        Set<String> paths = new HashSet<>();
        for (String query : Queries.all()) {
            Matcher matcher = Pattern.compile("uri=~\"([^\"]*)\"").matcher(query);
            while (matcher.find()) {
                paths.add(matcher.group(1));
            }
        }
        assertThat(paths).containsExactly("/(classify|classify/batch|explain|embed)");
    }

    @Test
    void findsTheMetricsOfAQueryAndNeitherFunctionsNorLabels() throws IOException {
        assertThat(Queries.metrics())
                .contains(
                        "xception_stage_seconds_bucket",
                        "xception_queue_capacity",
                        "http_server_requests_seconds_count")
                .doesNotContain("histogram_quantile", "max_over_time", "xception_server");
        assertThat(Queries.metrics()).allMatch(name -> name.matches("(xception|http_server|jvm|process)_[a-z0-9_]+"));
    }
}
