package io.selfrag.standalone.letters;

import io.selfrag.standalone.client.Command;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.JsonNode;

/** The newest dead letters, each in two lines. */
@CommandLine.Command(name = "list", description = "List them, newest first; what dead-letters alone does.", mixinStandardHelpOptions = true)
final class ListLetters implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'")
      .withZone(ZoneOffset.UTC);
  private static final int USUAL = 20;

  @ParentCommand
  private @Nullable DeadLettersCommand parent;

  @Mixin
  private LetterFilter filter = new LetterFilter();

  @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many to list, 1 to 100 (default: ${DEFAULT-VALUE})")
  private int limit = USUAL;

  @Override
  public Integer call() {
    return list(Objects.requireNonNull(parent));
  }

  int list(DeadLettersCommand command) {
    var out = command.out();
    try (var api = command.operator()) {
      var page = api.get("/admin/dead-letters?page_size=" + limit + filter.parameters());
      page.path("items").forEach(item -> print(item, out));
      long more = page.path("total").asLong() - page.path("items").size();
      if (page.path("items").isEmpty()) {
        out.println("No dead letters.");
      } else {
        out.println((more > 0 ? more + " more. " : "") + Command.name() + " dead-letters" + command.dataOption()
            + " show ID shows one whole, replay ID tries it again.");
      }
      out.flush();
    }
    return 0;
  }

  private static void print(JsonNode item, PrintWriter out) {
    out.println(item.path("id").asString("") + "  " + time(item.path("created_at").asString("")) + "  "
        + item.path("stage").asString("") + "  " + item.path("code").asString("") + "  "
        + (item.hasNonNull("document_id") ? "document " + item.path("document_id").asString() : "no document")
        + (item.hasNonNull("replayed_at") ? "  (tried again)" : ""));
    out.println("    " + item.path("message").asString(""));
  }

  private static String time(String instant) {
    return instant.isEmpty() ? "" : TIME.format(Instant.parse(instant));
  }
}
