package io.selfrag.standalone;

import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Target;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What the pipeline gave up: listed, shown whole, or tried again. */
@CommandLine.Command(name = "dead-letters", description = "List what the pipeline gave up, show one of it, or try it again.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", subcommands = {
    DeadLettersCommand.ListThem.class, DeadLettersCommand.ShowOne.class, DeadLettersCommand.Replay.class})
final class DeadLettersCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
      .withZone(ZoneOffset.UTC);

  private static final int USUAL = 20;

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    list(target, USUAL, out());
    return 0;
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private static void list(Target target, int limit, PrintWriter out) {
    try (var api = target.operator()) {
      var page = api.get("/admin/dead-letters?page_size=" + limit);
      page.path("items").forEach(item -> print(item, out));
      long more = page.path("total").asLong() - page.path("items").size();
      if (page.path("items").isEmpty()) {
        out.println("No dead letters.");
      } else {
        out.println((more > 0 ? more + " more. " : "") + Command.name() + " dead-letters show ID"
            + target.dataOption() + " shows one whole.");
      }
      out.flush();
    }
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

  /** The newest ones, one in two lines. */
  @CommandLine.Command(name = "list", description = "List them, newest first; what dead-letters alone does.", mixinStandardHelpOptions = true)
  static final class ListThem implements Callable<Integer> {
    @ParentCommand
    private @Nullable DeadLettersCommand parent;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many to list, 1 to 100 (default: ${DEFAULT-VALUE})")
    private int limit = USUAL;

    @Override
    public Integer call() {
      var all = Objects.requireNonNull(parent);
      list(all.target, limit, all.out());
      return 0;
    }
  }

  /** One with its headers. */
  @CommandLine.Command(name = "show", description = "Show one with cause and headers.", mixinStandardHelpOptions = true)
  static final class ShowOne implements Callable<Integer> {
    @ParentCommand
    private @Nullable DeadLettersCommand parent;

    @Parameters(paramLabel = "ID")
    private @Nullable UUID id;

    @Override
    public Integer call() {
      var all = Objects.requireNonNull(parent);
      try (var api = all.target.operator()) {
        var out = all.out();
        out.println(api.get("/admin/dead-letters/" + id).toPrettyString());
        out.flush();
      }
      return 0;
    }
  }

  /** The document of one goes through the pipeline once more. */
  @CommandLine.Command(name = "replay", description = "Try the document of one again.", mixinStandardHelpOptions = true)
  static final class Replay implements Callable<Integer> {
    @ParentCommand
    private @Nullable DeadLettersCommand parent;

    @Parameters(paramLabel = "ID")
    private @Nullable UUID id;

    @Override
    public Integer call() {
      var all = Objects.requireNonNull(parent);
      JsonNode letter;
      try (var operator = all.target.operator()) {
        letter = operator.get("/admin/dead-letters/" + id);
      }
      if (!letter.hasNonNull("document_id")) {
        throw new ApiFailure(0, "This dead letter names no document that could be tried again: whoever sent the record"
            + " has to send it anew.");
      }
      var document = letter.path("document_id").asString();
      try (var tenant = all.target.tenant()) {
        tenant.post("/v1/documents/" + document + "/retry", Map.of());
      }
      var out = all.out();
      out.println("Document " + document + " is tried again.");
      out.flush();
      return 0;
    }
  }
}
