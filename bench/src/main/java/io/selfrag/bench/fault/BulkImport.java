package io.selfrag.bench.fault;

import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** A bulk import that runs to its end while other things happen. */
final class BulkImport {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int PARAGRAPHS = 6;

  private final FaultRun run;
  private final UUID job;
  private final long start = System.nanoTime();

  BulkImport(FaultRun run, String name, int documents) {
    this.run = run;
    var lines = new ArrayList<byte[]>();
    for (int i = 0; i < documents; i++) {
      var text = MarkedText.of(100_000 + Math.floorMod(name.hashCode(), 1000) * 1000 + i, 1, PARAGRAPHS);
      var id = name + "-" + i;
      run.log().upsert(run.place().documentId(id), MarkedText.sha256(text)).acknowledge();
      lines.add(line(id, text));
    }
    try (var api = run.api()) {
      var results = api.bulk(run.place().documents() + "/bulk", lines).orThrow().body();
      this.job = UUID.fromString(results.path(0).path("job_id").asString());
    }
  }

  static byte[] line(String externalId, String text) {
    return (JsonMapper.shared().writeValueAsString(
        Map.of("title", externalId, "external_id", externalId, "content", text)) + "\n")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** How long a whole import takes. */
  static Duration time(FaultRun run, String name, int documents) {
    return new BulkImport(run, name, documents).await();
  }

  UUID id() {
    return job;
  }

  /** Documents of it that are live. */
  long indexed() {
    try (var api = run.api()) {
      return api.get("/v1/ingest-jobs/" + job).orThrow().body().path("totals").path("indexed").asLong();
    }
  }

  boolean isDone() {
    try (var api = run.api()) {
      return api.get("/v1/ingest-jobs/" + job).body().path("status").asString("").equals("completed");
    }
  }

  Duration await() {
    FaultRun.await("the import is done", LIMIT, this::isDone);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
