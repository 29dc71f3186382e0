package io.selfrag.standalone;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.ProgressLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * Sends a folder of documents and follows them until each is searchable or failed. A file's path below the folder is its
 * external id, so that sending the folder again replaces what changed and costs nothing for the rest.
 */
@Command(name = "ingest", description = "Send a file or a folder of documents and follow them until they are searchable.", mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  private static final int LONGEST_TITLE = 255;
  private static final int SHOWN_FAILURES = 20;
  private static final Duration POLL = Duration.ofMillis(500);

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "a file or a folder; files whose names begin with a dot are left out")
  private Path path = Path.of("");

  @Option(names = "--parallel", defaultValue = "4", description = "uploads at a time (default: ${DEFAULT-VALUE})")
  private int parallel = 4;

  @Option(names = "--no-wait", description = "return when all files are accepted")
  private boolean noWait;

  private record Refusal(Path file, String reason) {}

  @Override
  public Integer call() throws InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var files = files();
    if (files.isEmpty()) {
      throw new ApiFailure(0, "There is nothing to ingest in " + path + ".");
    }
    try (var api = target.tenant()) {
      var job = api.post("/v1/ingest-jobs", Map.of("knowledge_base_id", target.knowledgeBase().toString()));
      var jobId = UUID.fromString(job.path("id").asString());
      var refusals = new ConcurrentLinkedQueue<Refusal>();
      var progress = ProgressLine.on(out);
      send(api, jobId, files, refusals, progress);
      api.post("/v1/ingest-jobs/" + jobId + "/complete", Map.of());
      long failed = noWait ? 0 : follow(api, jobId, files.size() - refusals.size(), progress);
      progress.finish();
      report(api, jobId, refusals, failed, out);
      return refusals.isEmpty() && failed == 0 ? 0 : 1;
    }
  }

  private List<Path> files() {
    if (!Files.exists(path)) {
      throw new ApiFailure(0, path + " does not exist.");
    }
    try (var walk = Files.walk(path)) {
      return walk.filter(Files::isRegularFile).filter(file -> !isHidden(file)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ApiFailure(0, "Cannot read " + path + ": " + e.getMessage());
    }
  }

  private boolean isHidden(Path file) {
    for (Path name : path.relativize(file)) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private void send(ApiClient api, UUID job, List<Path> files, ConcurrentLinkedQueue<Refusal> refusals,
      ProgressLine progress) throws InterruptedException {
    var sent = new AtomicLong();
    try (ExecutorService uploads = Executors.newFixedThreadPool(parallel)) {
      var pending = new ArrayList<Future<?>>();
      for (Path file : files) {
        pending.add(uploads.submit(() -> {
          try {
            upload(api, job, file);
          } catch (ApiFailure e) {
            refusals.add(new Refusal(file, Objects.requireNonNullElse(e.getMessage(), "refused")));
          }
          sent.incrementAndGet();
        }));
      }
      while (pending.stream().anyMatch(upload -> !upload.isDone())) {
        progress.show(sent.get(), files.size(), "sending " + sent + " of " + files.size() + " files");
        Thread.sleep(POLL);
      }
    }
  }

  private void upload(ApiClient api, UUID job, Path file) {
    var relative = Files.isDirectory(path) ? path.relativize(file).toString() : file.getFileName().toString();
    var fields = new LinkedHashMap<String, String>();
    fields.put("title", relative.length() <= LONGEST_TITLE
        ? relative
        : relative.substring(relative.length() - LONGEST_TITLE));
    fields.put("external_id", relative);
    fields.put("source", relative);
    fields.put("job_id", job.toString());
    api.upload("/v1/knowledge-bases/" + target.knowledgeBase() + "/documents/upload", fields, file,
        file.getFileName().toString());
  }

  /** Returns how many failed. */
  private static long follow(ApiClient api, UUID job, long accepted, ProgressLine progress)
      throws InterruptedException {
    while (true) {
      var state = api.get("/v1/ingest-jobs/" + job + "?detail=true");
      long failed = state.path("totals").path("failed").asLong();
      long done = state.path("finished").asLong();
      progress.show(done, accepted, line(state, failed));
      if (done >= accepted) {
        return failed;
      }
      Thread.sleep(POLL);
    }
  }

  private static String line(JsonNode state, long failed) {
    var stages = state.path("stages");
    var eta = state.hasNonNull("eta_seconds")
        ? ", ready in " + Duration.ofSeconds(state.path("eta_seconds").asLong()).toString().substring(2)
            .toLowerCase(Locale.ROOT)
        : "";
    return String.format(Locale.ROOT, "queued %d → parsed %d → embedded %d → indexed %d, failed %d, %.1f/s%s",
        stages.path("queued").asLong(), stages.path("parsed").asLong(), stages.path("embedded").asLong(),
        stages.path("indexed").asLong() + stages.path("unchanged").asLong(), failed,
        state.path("rate_per_second").asDouble(), eta);
  }

  private static void report(ApiClient api, UUID job, ConcurrentLinkedQueue<Refusal> refusals, long failed,
      PrintWriter out) {
    refusals.stream().limit(SHOWN_FAILURES).forEach(r -> out.println("refused  " + r.file() + ": " + r.reason()));
    if (failed > 0) {
      for (JsonNode failure : api.get("/v1/ingest-jobs/" + job + "?detail=true").path("failures")) {
        out.println("failed   " + failure.path("title").asString() + ": " + failure.path("code").asString() + ", "
            + failure.path("message").asString());
      }
    }
    out.flush();
  }
}
