package io.selfrag.standalone.cleanup;

import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Rows, logs and temporary files that have outlived their use: listed, and removed if that is meant. */
@CommandLine.Command(name = "cleanup", description = "List what nobody needs any more: finished jobs, replayed dead letters, old logs and temporary files; --apply removes it.", mixinStandardHelpOptions = true)
public final class CleanupCommand implements Callable<Integer> {
  private static final int USUAL_DAYS = 30;
  /** No upload takes as long. */
  private static final Duration TEMPORARY = Duration.ofDays(1);

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--apply", description = "remove it; without this nothing is touched")
  private boolean apply;

  @Option(names = "--older-than", paramLabel = "DAYS", defaultValue = "30", description = "age of rows and logs (default: ${DEFAULT-VALUE}); temporary files go after a day")
  private int days = USUAL_DAYS;

  @Override
  public Integer call() throws IOException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    if (days < 1) {
      throw new CommandLine.ParameterException(commandLine, "--older-than must be 1 or more.");
    }
    var out = commandLine.getOut();
    try (var api = target.operator()) {
      var said = api.post("/admin/cleanup", Map.of("dry_run", !apply, "older_than_days", days));
      for (JsonNode it : said.path("items")) {
        out.println(verb() + it.path("rows").asLong() + " " + it.path("what").asString(""));
      }
    }
    var now = Instant.now();
    var places = new ArrayList<>(List.of(OldFiles.temporary(Path.of(System.getProperty("java.io.tmpdir")), TEMPORARY)));
    if (!target.isNamedByUrl()) {
      places.add(OldFiles.logs(target.data(), Duration.ofDays(days)));
    }
    for (OldFiles it : places) {
      files(it, now, out);
    }
    if (!apply) {
      out.println("Nothing was touched; --apply removes it.");
    }
    out.flush();
    return 0;
  }

  private void files(OldFiles old, Instant now, PrintWriter out) throws IOException {
    var found = old.found(now);
    for (Path it : found) {
      out.println("  " + Command.shown(it));
      if (apply) {
        Files.deleteIfExists(it);
      }
    }
    out.println(verb() + found.size() + " " + old.what() + " in " + Command.shown(old.folder()));
  }

  private String verb() {
    return apply ? "removed " : "would remove ";
  }
}
