package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules and dashboards ask for what is emitted, and each alert is tested and explained. */
class MonitoringTest {
  private static final String RULES = "deploy/prometheus/rules/selfrag.yml";
  private static final String TESTS = "deploy/prometheus/tests/selfrag_test.yml";
  /** Labels, ranges, strings and groupings, in which no metric is named. */
  private static final Pattern NO_METRIC = Pattern
      .compile("\\{[^}]*}|\\[[^]]*]|\"[^\"]*\"|\\b(?:by|on|without|ignoring)\\s*\\([^)]*\\)|\\b\\d+[smhd]\\b");
  private static final Pattern NAME = Pattern.compile("\\b([a-z][a-z0-9_:]+)\\b(?!\\s*\\()");
  private static final Set<String> EMITTED = EmittedMetrics.names();
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "sum", "max", "min", "by", "on");

  @TempDir
  private Path folder = Path.of("");

  private static List<Map<String, Object>> rules() {
    return YamlFile.list(YamlFile.document(Repository.text(RULES)).get("groups")).stream()
        .flatMap(it -> YamlFile.list(YamlFile.map(it).get("rules")).stream()).map(YamlFile::map).toList();
  }

  private static List<Map<String, Object>> alerts() {
    return rules().stream().filter(it -> it.containsKey("alert")).toList();
  }

  private static Set<String> known() {
    var known = new TreeSet<>(EMITTED);
    known.addAll(EmittedMetrics.OF_OTHERS);
    known.addAll(EmittedMetrics.ofTheScheduledBackup());
    rules().stream().filter(it -> it.containsKey("record")).forEach(it -> known.add(String.valueOf(it.get("record"))));
    return known;
  }

  private static Set<String> metricsOf(String expression) {
    var found = new TreeSet<String>();
    NAME.matcher(NO_METRIC.matcher(expression).replaceAll(" ")).results().map(it -> it.group(1))
        .filter(it -> !WORDS.contains(it)).forEach(found::add);
    return found;
  }

  @Test
  void whatTheSourcesRegisterIsSeenAsPrometheusSeesIt() {
    assertThat(EMITTED).contains("api_requests_total", "selfrag_pipeline_lag",
        "selfrag_documents_open_age_seconds", "selfrag_search_duration_seconds_bucket", "selfrag_documents_open",
        "selfrag_clock_skew_seconds", "selfrag_deadletters_total").doesNotContain("api_response_time_seconds_bucket");
  }

  @Test
  void anExpressionsMetricsAreFound() {
    assertThat(metricsOf("sum by (topic) (rate(a_total{b=\"c_d\"}[5m])) / on (x) group_left() max(e_f) > 5 * e:g"))
        .containsExactlyInAnyOrder("a_total", "e_f", "e:g");
  }

  @Test
  void everyMetricOfARuleIsEmitted() {
    assertThat(rules()).hasSizeGreaterThan(10).allSatisfy(it -> assertThat(
        metricsOf(String.valueOf(it.get("expr")))).as("%s", it.getOrDefault("alert", it.get("record"))).isNotEmpty()
        .isSubsetOf(known()));
  }

  @Test
  void everyMetricOfADashboardIsEmitted() throws IOException {
    var source = Repository.text("deploy/grafana/provisioning/datasources/prometheus.yml");
    var ids = new TreeSet<String>();
    for (var file : Repository.files("deploy/grafana/dashboards", ".json")) {
      var board = new ObjectMapper().readTree(Repository.text(file));
      assertThat(ids.add(board.path("uid").asText())).as("uid of %s", file).isTrue();
      for (JsonNode panel : board.path("panels")) {
        assertThat(source).contains("uid: " + panel.path("datasource").path("uid").asText() + ",");
        for (JsonNode target : panel.path("targets")) {
          assertThat(metricsOf(target.path("expr").asText())).as(panel.path("title").asText()).isNotEmpty()
              .isSubsetOf(known());
        }
      }
    }
    assertThat(ids).containsExactly("selfrag-api", "selfrag-models", "selfrag-pipeline", "selfrag-stores");
  }

  @Test
  void everyAlertHasASeverityAndARunbookThatIsThere() {
    var headings = Repository.text("docs/troubleshooting.md").lines().filter(it -> it.startsWith("#"))
        .map(it -> it.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9 -]", "")
            .replace(' ', '-'))
        .collect(Collectors.toSet());

    assertThat(alerts()).allSatisfy(it -> {
      assertThat(YamlFile.map(it.get("labels")).get("severity")).isIn("warning", "critical");
      var annotations = YamlFile.map(it.get("annotations"));
      assertThat(annotations).containsKey("summary");
      var runbook = String.valueOf(annotations.get("runbook_url")).split("#", 2);
      assertThat(runbook[0]).isEqualTo("docs/troubleshooting.md");
      assertThat(headings).contains(runbook[1]);
    });
  }

  @Test
  void everyAlertIsTestedToFireAndNotTo() {
    var fires = new TreeMap<String, Set<Boolean>>();
    YamlFile.list(YamlFile.document(Repository.text(TESTS)).get("tests"))
        .forEach(test -> YamlFile.list(YamlFile.map(test).get("alert_rule_test")).forEach(it -> {
          var alert = YamlFile.map(it);
          fires.computeIfAbsent(String.valueOf(alert.get("alertname")), _ -> new TreeSet<>())
              .add(!YamlFile.list(alert.get("exp_alerts")).isEmpty());
        }));

    assertThat(alerts()).allSatisfy(it -> assertThat(fires.getOrDefault(String.valueOf(it.get("alert")), Set.of()))
        .as("%s", it.get("alert")).containsExactly(false, true));
  }

  @Test
  void prometheusAsksEveryServiceAtItsPort() {
    var config = Repository.text("deploy/prometheus/prometheus.yml");

    for (Service service : Service.values()) {
      assertThat(config).as(service.module())
          .containsPattern("names: \\[[^]]*\\b" + service.module() + "\\b[^]]*], type: A, port: " + service.port());
    }
    Compose.of(Compose.BASE, "docker-compose.monitoring.yml").services().keySet().stream()
        .filter(it -> it.endsWith("-exporter"))
        .forEach(it -> assertThat(config).as("who reads it").contains(it + ":"));
  }

  @Test
  void podsAreFoundByTheirAnnotationsAndGetTheLabelsThatTheRulesAskFor() {
    // Not by promtool: Debian's is built without Kubernetes.
    var job = YamlFile.map(YamlFile.list(YamlFile.document(Repository.text("deploy/prometheus/kubernetes.yml"))
        .get("scrape_configs")).getFirst());

    assertThat(job.keySet()).containsExactlyInAnyOrder("job_name", "kubernetes_sd_configs", "relabel_configs");
    assertThat(job.toString()).contains("job_name=selfrag", "prometheus_io_scrape]", "prometheus_io_path]",
        "prometheus_io_port]", "[__meta_kubernetes_pod_label_app_kubernetes_io_name], target_label=service");
    assertThat(Repository.text(RULES)).contains("up{job=\"selfrag\",service=");
  }

  @Test
  void aServiceThatIsGoneIsToldForEachOfThem() {
    assertThat(alerts()).filteredOn("alert", "ServiceGone").singleElement().satisfies(it -> {
      for (Service service : Service.values()) {
        assertThat(String.valueOf(it.get("expr")))
            .contains("absent(up{job=\"selfrag\",service=\"" + service.module() + "\"})");
      }
    });
  }

  @Test
  void promtoolAgrees() throws IOException, InterruptedException {
    assumeTrue(Programs.isThere("promtool"), "SKIPPED: rules are not tested, for there is no promtool");

    assertThat(output("promtool", "check", "config", "deploy/prometheus/prometheus.yml")).doesNotContain("FAILED");
    assertThat(output("promtool", "test", "rules", withAllOtherAlertsSilent().toString())).contains("SUCCESS")
        .doesNotContain("FAILED");
  }

  /** The tests as they stand, and at each of their moments every alert that is not named there must be silent. */
  private Path withAllOtherAlertsSilent() throws IOException {
    var file = new LinkedHashMap<>(YamlFile.document(Repository.text(TESTS)));
    file.put("rule_files", List.of(Repository.path(RULES).toString()));
    file.put("tests", YamlFile.list(file.get("tests")).stream().map(it -> {
      var test = new LinkedHashMap<>(YamlFile.map(it));
      var expected = new ArrayList<>(YamlFile.list(test.get("alert_rule_test")));
      var moments = expected.stream().map(YamlFile::map).collect(Collectors.groupingBy(
          alert -> String.valueOf(alert.get("eval_time")),
          Collectors.mapping(alert -> String.valueOf(alert.get("alertname")), Collectors.toSet())));
      moments.forEach((moment, named) -> alerts().stream().map(alert -> String.valueOf(alert.get("alert")))
          .filter(alert -> !named.contains(alert)).forEach(alert -> expected.add(
              Map.of("eval_time", moment, "alertname", alert, "exp_alerts", List.of()))));
      test.put("alert_rule_test", expected);
      return test;
    }).toList());
    var written = folder.resolve("tests.yml"); // JSON is YAML
    new ObjectMapper().writeValue(written.toFile(), file);
    return written;
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).directory(Repository.ROOT.toFile()).redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }
}
