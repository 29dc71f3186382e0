package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The gateway sends every route to the service that has it. */
class GatewayRoutesTest {
  private static final Pattern LOCATION = Pattern.compile("(?s)location (?:(=|~) )?(\\S+) \\{(.*?)}");
  private static final Pattern OF_CLASS = Pattern.compile("@RequestMapping\\(\"([^\"]+)\"\\)");
  private static final Pattern OF_METHOD = Pattern.compile("@(?:Get|Post|Put|Patch|Delete)Mapping(?:\\(([^)]*)\\))?");
  private static final Pattern PATH = Pattern.compile("\"(/[^\"]*)\"");

  private record Location(String kind, String path, String block) {}

  @Test
  void everyRouteOfTheIntakeGoesToIt() {
    assertThat(routesOf("ingest-producer")).hasSizeGreaterThan(10).contains("/v1/documents/x/events")
        .allSatisfy(it -> assertThat(answers(it)).as(it).contains("http://$ingest_producer;"));
  }

  @Test
  void everyOtherRouteGoesToTheQuerySide() {
    assertThat(routesOf("query-api")).hasSizeGreaterThan(15).contains("/v1/retrieve", "/v1/knowledge-bases/x")
        .allSatisfy(it -> assertThat(answers(it)).as(it).contains("http://$query_api;"));
    assertThat(List.of("/health", "/health/detailed", "/docs", "/openapi.json"))
        .allSatisfy(it -> assertThat(answers(it)).as(it).contains("http://$query_api;"));
  }

  @Test
  void numbersAboutTheSystemStayInside() {
    assertThat(List.of("/metrics", "/actuator/prometheus"))
        .allSatisfy(it -> assertThat(answers(it)).contains("return 404;"));
  }

  @Test
  void streamsOfAnyLengthAreNotCut() {
    assertThat(answers("/v1/knowledge-bases/x/documents/bulk")).contains("client_max_body_size 0;");
  }

  /** nginx's choice: the exact path, else the first expression that matches, else the longest prefix. */
  private static String answers(String path) {
    var locations = locations();
    return locations.stream().filter(it -> it.kind().equals("=") && it.path().equals(path)).findFirst()
        .or(() -> locations.stream()
            .filter(it -> it.kind().equals("~") && Pattern.compile(it.path()).matcher(path).find()).findFirst())
        .or(() -> locations.stream().filter(it -> it.kind().isEmpty() && path.startsWith(it.path()))
            .max((a, b) -> Integer.compare(a.path().length(), b.path().length())))
        .map(Location::block).orElseThrow();
  }

  private static List<Location> locations() {
    var found = new ArrayList<Location>();
    LOCATION.matcher(Repository.text("deploy/nginx/routes.conf")).results().forEach(
        it -> found.add(new Location(it.group(1) == null ? "" : it.group(1), it.group(2), it.group(3))));
    return found;
  }

  private static Set<String> routesOf(String module) {
    var found = new TreeSet<String>();
    for (var file : Repository.files(module + "/src/main/java", "Controller.java")) {
      var text = Repository.text(file);
      var ofClass = OF_CLASS.matcher(text);
      String prefix = ofClass.find() ? ofClass.group(1) : "";
      OF_METHOD.matcher(text).results().forEach(method -> {
        var path = PATH.matcher(method.group(1) == null ? "" : method.group(1));
        found.add((prefix + (path.find() ? path.group(1) : "")).replaceAll("\\{[^}]*}", "x"));
      });
    }
    return found;
  }
}
