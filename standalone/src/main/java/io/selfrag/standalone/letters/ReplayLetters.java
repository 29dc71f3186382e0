package io.selfrag.standalone.letters;

import io.selfrag.standalone.client.ApiClient;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** One dead letter, or all that a filter chooses, go through the pipeline again. */
@Command(name = "replay", description = "Try one again, or all that the options choose.", mixinStandardHelpOptions = true)
final class ReplayLetters implements Callable<Integer> {
  private static final int PAGE = 500;
  private static final int LONGEST_FOLLOW = 20;
  private static final int FASTEST = 1000;
  /** How long one call may send, well below what a client or a proxy waits for an answer. */
  private static final long SENDING_SECONDS = 20;

  @ParentCommand
  private @Nullable DeadLettersCommand parent;

  @Spec
  private @Nullable CommandSpec spec;

  @Mixin
  private LetterFilter filter = new LetterFilter();

  @Parameters(paramLabel = "ID", arity = "0..1", description = "as the list names it")
  private @Nullable UUID id;

  @Option(names = "--until", paramLabel = "TIME", description = "only those before then (default: the time of the command)")
  private @Nullable Instant until;

  @Option(names = "--dry-run", description = "only say what would be done with each")
  private boolean dryRun;

  @Option(names = "--rate", paramLabel = "N", description = "at most so many in a second, 1 to 1000")
  private @Nullable Integer rate;

  @Option(names = "--limit", paramLabel = "N", description = "at most so many in all")
  private @Nullable Integer limit;

  @Option(names = "--include-replayed", description = "also those that were tried again before")
  private boolean includeReplayed;

  @Option(names = "--follow", paramLabel = "SECONDS", defaultValue = "0", description = "look so long at what becomes of them, 0 to 20 (default: ${DEFAULT-VALUE})")
  private int follow;

  @Override
  public Integer call() {
    if ((id == null) == (filter.fields().isEmpty() && until == null)) {
      throw refused("Name either the ID of one dead letter, or at least one of --tenant, --topic, --stage, --code,"
          + " --since and --until.");
    }
    boolean rateFits = rate == null || (rate >= 1 && rate <= FASTEST);
    if (follow < 0 || follow > LONGEST_FOLLOW || !rateFits || (limit != null && limit < 1)) {
      throw refused("--follow is 0 to " + LONGEST_FOLLOW + ", --rate 1 to " + FASTEST + ", --limit 1 or more.");
    }
    var command = Objects.requireNonNull(parent);
    try (var api = command.operator()) {
      return id == null ? many(api, command.out()) : one(api, command.out(), id);
    }
  }

  private ParameterException refused(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }

  private int one(ApiClient api, PrintWriter out, UUID letter) {
    if (dryRun) {
      throw refused("--dry-run is for many; show " + letter + " says what this one is.");
    }
    var replayed = api.post("/admin/dead-letters/" + letter + "/replay", Map.of());
    out.println("skipped".equals(replayed.path("outcome").asString(""))
        ? "Not needed: " + replayed.path("reason").asString("") + "."
        : "It is tried again.");
    out.flush();
    return 0;
  }

  /** A call for each page, so that none is long however many there are. */
  private int many(ApiClient api, PrintWriter out) {
    var totals = new ReplayTotals();
    var body = new LinkedHashMap<>(filter.fields());
    put(body, "until", until == null ? null : until.toString());
    put(body, "rate", rate);
    body.put("include_replayed", includeReplayed);
    body.put("dry_run", dryRun);
    body.put("follow", follow);
    int page = rate == null ? PAGE : (int) Math.min(PAGE, rate * SENDING_SECONDS);
    JsonNode answer;
    do {
      body.put("limit", limit == null ? page : (int) Math.min(page, limit - totals.total()));
      answer = api.post("/admin/dead-letters/replay", body);
      totals.add(answer, out);
      put(body, "until", answer.path("until").asString(null));
      put(body, "after", answer.path("next").asString(null));
    } while (answer.hasNonNull("next") && (limit == null || totals.total() < limit));
    out.println(totals.sentence(dryRun));
    out.flush();
    return totals.isClean() ? 0 : 1;
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }
}
