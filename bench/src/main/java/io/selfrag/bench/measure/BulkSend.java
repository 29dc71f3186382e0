package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends documents by the bulk route and follows the job to its end. */
final class BulkSend {
  private static final int TITLE = 255;
  /** Looking costs the system work, so a long job is looked at less often. */
  private static final Duration SHORTEST_POLL = Duration.ofMillis(50);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(2);
  private static final int POLLS_OF_A_JOB = 30;
  private static final JsonMapper JSON = JsonMapper.shared();

  private BulkSend() {}

  /** A document as a line; the id is its external id. */
  static byte[] line(String id, String title, String text) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("title", title.isBlank() ? id : title.substring(0, Math.min(TITLE, title.length())));
    fields.put("external_id", id);
    fields.put("content", text);
    return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Documents that hold something to read, as lines. */
  static List<byte[]> lines(Map<String, byte[]> documents) {
    var lines = new ArrayList<byte[]>();
    documents.forEach((path, bytes) -> lines.add(line(path, path, new String(bytes, StandardCharsets.UTF_8))));
    return lines;
  }

  /** Outcome of a job. */
  record Done(Duration time, long accepted, long refused, JsonNode totals) {
    double perSecond() {
      return accepted / Math.max(0.001, time.toMillis() / 1000.0);
    }
  }

  /** Sends and waits until every document has ended. */
  static Done run(SystemAccess system, Place place, List<byte[]> lines) {
    long start = System.nanoTime();
    try (var api = place.open(system)) {
      var results = api.bulk(place.documents() + "/bulk", lines).orThrow().body();
      long refused = results.valueStream().filter(it -> !it.path("success").asBoolean()).count();
      var job = UUID.fromString(results.path(0).path("job_id").asString());
      var state = awaitEnd(api, job);
      return new Done(Duration.ofNanos(System.nanoTime() - start), results.size() - refused, refused,
          state.path("totals"));
    }
  }

  private static JsonNode awaitEnd(Api api, UUID job) {
    long start = System.nanoTime();
    while (true) {
      var state = api.get("/v1/ingest-jobs/" + job);
      if (state.body().path("status").asString("").equals("completed")) {
        return state.body();
      }
      LockSupport.parkNanos(Math.clamp((System.nanoTime() - start) / POLLS_OF_A_JOB, SHORTEST_POLL.toNanos(),
          LONGEST_POLL.toNanos()));
    }
  }
}
