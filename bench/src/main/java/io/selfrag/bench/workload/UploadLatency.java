package io.selfrag.bench.workload;

import io.selfrag.bench.api.Api;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** How long after the start of its upload a page is found. */
public final class UploadLatency {
  private static final Duration POLL = Duration.ofMillis(15);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private UploadLatency() {}

  /**
   * Uploads a document and asks for it until it is there.
   *
   * @return seconds
   */
  public static double measure(Api api, Place place, String id, String text) {
    return measure(api, place, id, text, Duration.ZERO);
  }

  /**
   * The same while the system may refuse for a while.
   *
   * @param patience how long
   */
  public static double measure(Api api, Place place, String id, String text, Duration patience) {
    long start = System.nanoTime();
    Api.untilAnswered(() -> api.upload(place.documents() + "/upload", Map.of("title", id, "external_id", id),
        id + ".md", text.getBytes(StandardCharsets.UTF_8)), patience).orThrow();
    var question = Map.of("query", "what does the record say", "knowledge_base_ids", List.of(place.knowledgeBaseId()),
        "document_id", place.documentId(id), "top_k", 1);
    while (Api.untilAnswered(() -> api.post("/v1/retrieve", question), patience).orThrow().body().path("results")
        .isEmpty()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new IllegalStateException(id + " is not searchable after " + LIMIT.toSeconds() + " s");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
