package io.selfrag.standalone.index;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.ProgressLine;
import io.selfrag.standalone.client.Target;
import io.selfrag.standalone.client.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * Cuts and embeds a knowledge base anew from the stored originals while queries go on. Exit code 1 where documents fail in the new index:
 * queries stay on the old one.
 */
@CommandLine.Command(name = "reindex", description = "Cut and embed a knowledge base anew from the stored originals, while queries go on.", mixinStandardHelpOptions = true)
public final class ReindexCommand implements Callable<Integer> {
  private static final Duration OFTEN = Duration.ofMillis(300);
  /** Queries do not see yet what they are to see. */
  private static final Set<String> UNDER_WAY = Set.of("filling", "reverting");
  private static final Set<String> CLEARING = Set.of("completing", "rolling_back", "cancelling");

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--provider", description = "embed with this provider from now on")
  private @Nullable String provider;

  @Option(names = "--model", description = "embed with this model from now on")
  private @Nullable String model;

  @Option(names = "--dim", description = "dimension of its vectors")
  private @Nullable Integer dim;

  @Option(names = "--chunker", description = "cut with this chunker from now on")
  private @Nullable String chunker;

  @Option(names = "--param", paramLabel = "NAME=NUMBER", description = "a parameter of the chunker")
  private Map<String, Double> parameters = Map.of();

  @Option(names = "--keep", paramLabel = "SECONDS", description = "keep the old index this long for a rollback; default: a day")
  private @Nullable Long keep;

  @Option(names = "--no-wait", description = "only start it")
  private boolean noWait;

  @ArgGroup
  private @Nullable Steering steering;

  /** What is to become of one that was started before. */
  static final class Steering {
    @Option(names = "--show", paramLabel = "JOB", description = "show one that was started before")
    private @Nullable UUID show;

    @Option(names = "--rollback", paramLabel = "JOB", description = "back to the old index, while it is kept")
    private @Nullable UUID rollback;

    @Option(names = "--confirm", paramLabel = "JOB", description = "delete the old index now")
    private @Nullable UUID confirm;

    @Option(names = "--cancel", paramLabel = "JOB", description = "give up before queries see the new index")
    private @Nullable UUID cancel;
  }

  @Override
  public Integer call() throws InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.tenant()) {
      var job = begin(api);
      if (noWait || (steering != null && steering.show != null)) {
        return report(job, out);
      }
      return report(follow(api, job.path("id").asString(), out), out);
    }
  }

  private JsonNode begin(ApiClient api) {
    var steered = steering;
    if (steered == null) {
      return api.post("/v1/knowledge-bases/" + target.knowledgeBase() + "/reindex", body());
    }
    if (steered.show != null) {
      return api.get("/v1/reindex-jobs/" + steered.show);
    }
    if (steered.rollback != null) {
      return api.post("/v1/reindex-jobs/" + steered.rollback + "/rollback", Map.of());
    }
    return steered.confirm != null
        ? api.post("/v1/reindex-jobs/" + steered.confirm + "/confirm", Map.of())
        : api.post("/v1/reindex-jobs/" + steered.cancel + "/cancel", Map.of());
  }

  private Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    if (chunker != null) {
      body.put("ingestion", Map.of("chunker", Map.of("name", chunker, "params", parameters)));
    }
    var embedding = new LinkedHashMap<String, Object>();
    put(embedding, "provider", provider);
    put(embedding, "model", model);
    put(embedding, "dim", dim);
    if (!embedding.isEmpty()) {
      body.put("embedding", embedding);
    }
    put(body, "keep_seconds", keep);
    return body;
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  /** Until queries see what they are to see, or documents that failed keep them from it. It goes on by itself if this is stopped. */
  private static JsonNode follow(ApiClient api, String id, PrintWriter out) throws InterruptedException {
    var progress = new ProgressLine(out, Terminal.ofProcess());
    var job = api.get("/v1/reindex-jobs/" + id);
    while (UNDER_WAY.contains(job.path("state").asString()) && !isStopped(job)) {
      progress.show(Reconciling.count(job, "ready"), Reconciling.count(job, "documents"),
          job.path("state").asString());
      Thread.sleep(OFTEN);
      job = api.get("/v1/reindex-jobs/" + id);
    }
    progress.finish();
    return job;
  }

  /** Nothing but documents that failed is missing. */
  private static boolean isStopped(JsonNode job) {
    long failed = Reconciling.count(job, "failed");
    return failed > 0 && Reconciling.count(job, "documents") - Reconciling.count(job, "ready") == failed;
  }

  private int report(JsonNode job, PrintWriter out) {
    var id = job.path("id").asString();
    var state = job.path("state").asString();
    var again = Command.name() + " reindex" + target.dataOption();
    job.path("missing").forEach(it -> out.println((it.hasNonNull("code") ? "failed   " : "missing  ")
        + it.path("document_id").asString() + "  " + it.path("title").asString()
        + (it.hasNonNull("code")
            ? " (" + it.path("code").asString() + ": " + it.path("message").asString("") + ")"
            : "")));
    out.println("Job " + id + ": " + state + ", " + Reconciling.count(job, "ready") + " of "
        + Reconciling.count(job, "documents") + " documents in the other index, " + Reconciling.count(job, "failed")
        + " failed.");
    if (state.equals("switched")) {
      out.println("Queries see the new index. " + again + " --confirm " + id + " deletes the old one, --rollback " + id
          + " goes back to it, until " + job.path("keep_until").asString() + ".");
    } else if (CLEARING.contains(state)) {
      out.println("What queries do not see any more is being deleted; " + again + " --show " + id
          + " says when that is done.");
    } else if (UNDER_WAY.contains(state)) {
      out.println(again + " --show " + id + " says how far it is" + (Reconciling.count(job, "failed") > 0
          ? "; delete or upload anew what failed, or give up with --cancel " + id
          : "") + ".");
    }
    out.flush();
    return Reconciling.count(job, "failed") > 0 ? 1 : 0;
  }
}
