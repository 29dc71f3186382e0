package io.selfrag.standalone;

import io.selfrag.standalone.client.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows how each part of the system is. Exit code 0 if all is well, 1 if something is degraded or down. */
@Command(name = "status", description = "Show how each part of the system is, and how far each worker is behind.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final String WORKER = "worker-";

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "print the answer as the API gave it")
  private boolean asJson;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.anyone()) {
      var health = api.get("/health/detailed");
      if (asJson) {
        out.println(health.toPrettyString());
      } else {
        out.println(target.baseUrl() + " is " + health.path("status").asString("unknown"));
        var components = new ArrayList<List<String>>();
        var workers = new ArrayList<List<String>>();
        health.path("components").properties().forEach(it -> (it.getKey().startsWith(WORKER) ? workers : components)
            .add(row(it)));
        table(components).forEach(out::println);
        if (!workers.isEmpty()) {
          out.println("workers");
          table(workers).forEach(out::println);
        }
      }
      out.flush();
      return "ok".equals(health.path("status").asString("")) ? 0 : 1;
    }
  }

  private static List<String> row(Map.Entry<String, JsonNode> component) {
    var it = component.getValue();
    var lag = it.hasNonNull("lag") ? it.path("lag").asLong() + " waiting" : "";
    var latency = it.hasNonNull("lag") ? "" : it.path("latency_ms").asLong() + " ms";
    var name = component.getKey().startsWith(WORKER)
        ? component.getKey().substring(WORKER.length())
        : component.getKey();
    return List.of(name, it.path("status").asString(""), lag + latency, it.path("message").asString(""));
  }

  private static List<String> table(List<List<String>> rows) {
    int name = width(rows, 0);
    int status = width(rows, 1);
    int number = width(rows, 2);
    return rows.stream().map(row -> String.format(Locale.ROOT,
        "  %-" + name + "s  %-" + status + "s  %" + number + "s  %s", row.get(0), row.get(1), row.get(2), row.get(3))
        .stripTrailing()).toList();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0) + 1;
  }
}
