package io.selfrag.standalone.index;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ProgressLine;
import io.selfrag.standalone.client.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks for a reconciliation, follows it, and says what it came to. */
final class Reconciling {
  private static final Duration OFTEN = Duration.ofMillis(300);

  private final ApiClient api;
  private final PrintWriter out;

  Reconciling(ApiClient api, PrintWriter out) {
    this.api = api;
    this.out = out;
  }

  JsonNode start(String mode, @Nullable UUID tenant) {
    var body = new LinkedHashMap<String, Object>(Map.of("mode", mode));
    if (tenant != null) {
      body.put("tenant_id", tenant.toString());
    }
    return api.post("/admin/reconcile", body);
  }

  /** Returns it once it is done or has failed. It goes on by itself if the command is stopped. */
  JsonNode follow(String id) throws InterruptedException {
    var progress = new ProgressLine(out, Terminal.ofProcess());
    var state = api.get("/admin/reconcile/" + id);
    while (!hasEnded(state)) {
      progress.show(0, 0, state.path("phase").asString("") + ": " + count(state, "documents") + " documents, "
          + count(state, "chunks") + " chunks, " + count(state, "repaired") + " repaired");
      Thread.sleep(OFTEN);
      state = api.get("/admin/reconcile/" + id);
    }
    progress.finish();
    return state;
  }

  static boolean hasEnded(JsonNode state) {
    return state.hasNonNull("finished_at");
  }

  /** How long it took and how fast that was. */
  static String pace(JsonNode state) {
    var took = Duration.between(Instant.parse(state.path("started_at").asString()),
        Instant.parse(state.path("finished_at").asString()));
    long chunks = count(state, "chunks");
    var each = chunks == 0
        ? ""
        : String.format(Locale.ROOT, ", %.0f s per 100,000 chunks", took.toMillis() * 100.0 / chunks);
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0) + each;
  }

  static long count(JsonNode state, String name) {
    return state.path(name).asLong();
  }
}
