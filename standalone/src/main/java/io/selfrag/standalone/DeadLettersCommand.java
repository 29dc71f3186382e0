package io.selfrag.standalone;

import io.selfrag.standalone.client.Target;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Lists what the pipeline gave up, or shows one of them. */
@Command(name = "dead-letters", description = "List the records that the pipeline gave up, newest first, or show one.", mixinStandardHelpOptions = true)
final class DeadLettersCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", arity = "0..1", description = "show this one whole")
  private @Nullable String id;

  @Option(names = "--limit", defaultValue = "20", description = "how many to list (default: ${DEFAULT-VALUE})")
  private int limit = 20;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.operator()) {
      if (id != null) {
        out.println(api.get("/admin/dead-letters/" + id).toPrettyString());
        return 0;
      }
      var page = api.get("/admin/dead-letters?page_size=" + limit);
      if (page.path("items").isEmpty()) {
        out.println("No dead letters.");
      }
      for (JsonNode item : page.path("items")) {
        out.printf("%s  %s  %-8s %-20s %s  document %s%n", item.path("id").asString(),
            item.path("created_at").asString(),
            item.path("stage").asString(), item.path("code").asString(), item.path("message").asString(),
            item.path("document_id").asString("-"));
      }
    }
    return 0;
  }
}
