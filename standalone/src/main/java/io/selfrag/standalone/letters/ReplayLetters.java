package io.selfrag.standalone.letters;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** One dead letter, or all that a filter chooses, go through the pipeline again. */
@Command(name = "replay", description = "Try one again, or all that the options choose.", mixinStandardHelpOptions = true)
final class ReplayLetters implements Callable<Integer> {
  @ParentCommand
  private @Nullable DeadLettersCommand parent;

  @Spec
  private @Nullable CommandSpec spec;

  @Mixin
  private LetterFilter filter = new LetterFilter();

  @Parameters(paramLabel = "ID", arity = "0..1", description = "as the list names it")
  private @Nullable UUID id;

  @Override
  public Integer call() {
    if ((id == null) == filter.fields().isEmpty()) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
          "Name either the ID of one dead letter, or at least one of --tenant, --topic, --stage, --code and --since.");
    }
    var command = Objects.requireNonNull(parent);
    try (var api = command.operator()) {
      if (id != null) {
        var replayed = api.post("/admin/dead-letters/" + id + "/replay", Map.of());
        command.out().println("not_needed".equals(replayed.path("outcome").asString(""))
            ? "Not needed: the document has moved on since."
            : "It is tried again.");
        command.out().flush();
        return 0;
      }
      var summary = api.post("/admin/dead-letters/replay", filter.fields());
      for (JsonNode failed : summary.path("failed")) {
        command.out().println("failed  " + failed.path("id").asString("") + ": " + failed.path("detail").asString("")
            + " (" + failed.path("code").asString("") + ")");
      }
      command.out().println(summary.path("total").asLong() + " found: " + summary.path("replayed").asLong()
          + " are tried again, " + summary.path("not_needed").asLong() + " moved on since, "
          + summary.path("failed").size() + " failed.");
      command.out().flush();
      return summary.path("failed").isEmpty() ? 0 : 1;
    }
  }
}
