package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Rights that change while documents are found. */
final class AccessFaults {
  private static final List<String> RETRIEVERS = List.of("hybrid", "dense", "bm25");

  private AccessFaults() {}

  /** A reader loses the right to documents that she was finding, under load. */
  record Revoked() implements Fault {
    private static final int DOCUMENTS = 20;
    private static final Duration INDEXED = Duration.ofSeconds(90);
    /** What the contract states for a change of rights. */
    private static final Duration STATED = Duration.ofSeconds(5);
    private static final Duration WATCHED_AFTERWARDS = Duration.ofSeconds(5);

    @Override
    public String id() {
      return "F23";
    }

    @Override
    public String what() {
      return "rights to documents withdrawn and given back during load";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      try (var admin = run.api(); var reader = readerOf(run, admin)) {
        for (int i = 0; i < DOCUMENTS; i++) {
          upload(run, admin, i);
        }
        var slowestLoss = Duration.ZERO;
        var slowestGain = Duration.ZERO;
        for (int i = 0; i < DOCUMENTS; i++) {
          OrderFaults.awaitDocument(run, name(i));
          var path = "/v1/documents/" + run.place().documentId(name(i));
          FaultRun.await(name(i) + " is found", INDEXED, () -> isFoundByAll(run, reader, path));
          var chunks = chunks(admin, path);
          slowestLoss = later(slowestLoss, changed(run, admin, reader, path, "bob", false));
          staysHidden(run, reader, path);
          slowestGain = later(slowestGain, changed(run, admin, reader, path, "ann", true));
          if (!chunks.equals(chunks(admin, path))) {
            throw new IllegalStateException(name(i) + " was chunked or embedded again for a change of rights");
          }
          run.load();
        }
        return String.format(Locale.ROOT,
            "%d documents; out of every search after %.2f s at most, back after %.2f s; no chunk made anew",
            DOCUMENTS, slowestLoss.toMillis() / 1000.0, slowestGain.toMillis() / 1000.0);
      }
    }

    private static String name(int number) {
      return "secret-" + number;
    }

    private static Api readerOf(FaultRun run, Api admin) {
      var key = admin.post("/v1/api-keys", Map.of("name", "ann", "role", "read", "rate_limit_per_minute", 1_000_000,
          "identity", Map.of("user_id", "ann", "clearance", "restricted"))).orThrow().body();
      return Api.ofTenant(run.system().access().baseUrl(), key.path("api_key").asString());
    }

    private static void upload(FaultRun run, Api admin, int number) {
      var text = MarkedText.of(900_700 + number, 1, 3);
      var entry = run.log().upsert(run.place().documentId(name(number)), MarkedText.sha256(text));
      admin.put(run.place().document(name(number)), Map.of("title", name(number), "content", text, "wait", 0,
          "sensitivity_level", "restricted", "acl_users", List.of("ann"))).orThrow();
      entry.acknowledge();
    }

    /** Time from the answer to the change until every retriever shows it. */
    private static Duration changed(FaultRun run, Api admin, Api reader, String path, String user, boolean found) {
      admin.patch(path, Map.of("acl_users", List.of(user))).orThrow();
      long start = System.nanoTime();
      while (found ? !isFoundByAll(run, reader, path) : isFoundByAny(run, reader, path)) {
        requireStated(start);
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      requireStated(start);
      return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void requireStated(long start) {
      if (System.nanoTime() - start > STATED.toNanos()) {
        throw new IllegalStateException(
            "a change of rights is not in force in search after " + STATED.toSeconds() + " s");
      }
    }

    private static void staysHidden(FaultRun run, Api reader, String path) {
      long end = System.nanoTime() + WATCHED_AFTERWARDS.toNanos() / DOCUMENTS;
      do {
        if (isFoundByAny(run, reader, path)) {
          throw new IllegalStateException("a document is found again after its rights were withdrawn");
        }
      } while (System.nanoTime() < end);
      int status = reader.get(path).status();
      if (status != 404 && status != 403) {
        throw new IllegalStateException("a document without rights answers " + status);
      }
    }

    private static boolean isFoundByAll(FaultRun run, Api reader, String path) {
      return RETRIEVERS.stream().allMatch(it -> isFound(run, reader, path, it));
    }

    private static boolean isFoundByAny(FaultRun run, Api reader, String path) {
      return RETRIEVERS.stream().anyMatch(it -> isFound(run, reader, path, it));
    }

    private static boolean isFound(FaultRun run, Api reader, String path, String retriever) {
      var reply = reader.post("/v1/retrieve", Map.of("query", "what does the record say", "knowledge_base_ids",
          List.of(run.place().knowledgeBaseId()), "document_id", path.substring(path.lastIndexOf('/') + 1), "top_k", 5,
          "retriever_override", Map.of("name", retriever)));
      // Where a key may read nothing at all it is told so; that is not a hit.
      return reply.status() != 403 && !reply.orThrow().body().path("results").isEmpty();
    }

    private static List<String> chunks(Api admin, String path) {
      return admin.get(path + "/chunks?page_size=100").orThrow().body().path("items").valueStream()
          .map(it -> it.path("id").asString(it.path("chunk_id").asString(""))).toList();
    }

    private static Duration later(Duration a, Duration b) {
      return a.compareTo(b) > 0 ? a : b;
    }
  }
}
