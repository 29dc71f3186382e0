package io.selfrag.standalone;

import io.selfrag.standalone.client.Target;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows how each part of the system is. Exit code 0 if all is well, 1 if something is degraded or down. */
@Command(name = "status", description = "Show how each part of the system is, and how far each worker is behind.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.operator()) {
      var health = api.get("/health/detailed");
      out.println(target.baseUrl() + " is " + health.path("status").asString("unknown"));
      health.path("components").properties().forEach(entry -> out.printf("  %-22s %-9s %s%n", entry.getKey(),
          entry.getValue().path("status").asString(""), entry.getValue().path("message").asString("")));
      return "ok".equals(health.path("status").asString("")) ? 0 : 1;
    }
  }
}
