package io.selfrag.bench.workload;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.api.Reply;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.catalog.ledger.Invariant;
import io.selfrag.catalog.ledger.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * Asks for single documents while they change, and holds every answer against what may be seen (I5): one edition only, none that
 * was not sent, none older than one that was seen before, something while one is live, nothing after an acknowledged delete.
 */
public final class QueryRecorder implements AutoCloseable {
  private static final int TOP = 50;
  private static final List<String> RETRIEVERS = List.of("hybrid", "dense", "bm25");

  private final SystemAccess system;
  private final List<Watched> documents;
  private final Clients clients = new Clients();
  private final ExecutorService threads;
  private final List<Violation> violations = new ArrayList<>();
  private final List<Long> nanos = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong empty = new AtomicLong();
  private volatile boolean stopped;

  /** @param pause between two queries of a thread */
  QueryRecorder(SystemAccess system, List<Watched> documents, int threads, Duration pause, long seed) {
    this.system = system;
    this.documents = List.copyOf(documents);
    this.threads = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      var random = new Random(seed + i);
      this.threads.execute(() -> ask(random, pause));
    }
  }

  private void ask(Random random, Duration pause) {
    while (!stopped) {
      var document = documents.get(random.nextInt(documents.size()));
      ask(clients.of(system, document.place), document, random);
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private void ask(Api api, Watched document, Random random) {
    var before = document.now();
    long start = System.nanoTime();
    var reply = api.post("/v1/retrieve",
        Map.of("query", MarkedText.question(random), "knowledge_base_ids", List.of(document.place.knowledgeBaseId()),
            "document_id", document.place.documentId(document.externalId), "top_k", TOP, "retriever_override",
            Map.of("name", RETRIEVERS.get(random.nextInt(RETRIEVERS.size())))));
    long time = System.nanoTime() - start;
    if (!reply.isSuccess()) {
      refused.incrementAndGet();
      return;
    }
    answered.incrementAndGet();
    synchronized (nanos) {
      nanos.add(time);
    }
    judge(document, before, reply);
  }

  private void judge(Watched document, Watched.Moment before, Reply reply) {
    var editions = new TreeSet<Integer>();
    for (JsonNode hit : reply.body().path("results")) {
      editions.addAll(MarkedText.editions(hit.path("text").asString("") + hit.path("context_text").asString("")));
      if (!hit.path("document_id").asString("").equals(document.place.documentId(document.externalId).toString())) {
        report(document, "FOREIGN_HIT", "a hit of document " + hit.path("document_id").asString());
      }
    }
    var after = document.now();
    if (editions.isEmpty()) {
      empty.incrementAndGet();
      if (before.visible() && after.deletes() == before.deletes()) {
        report(document, "NOTHING_SEEN", "edition " + before.seen() + " was seen before, " + before + ", " + after);
      }
      return;
    }
    if (editions.size() > 1) {
      report(document, "MIXED_EDITIONS", "one answer has editions " + editions);
    }
    if (editions.last() > after.sent()) {
      report(document, "UNKNOWN_EDITION", "edition " + editions.last() + " was never sent");
    }
    if (editions.first() < before.seen()) {
      report(document, "OLDER_EDITION", "edition " + editions.first() + " after " + before.seen());
    }
    if (before.surelyGone() && after.surelyGone() && before.deletes() == after.deletes()) {
      report(document, "DELETED_BUT_SEEN", "edition " + editions);
    }
    document.saw(editions.last(), before);
  }

  private void report(Watched document, String rule, String detail) {
    synchronized (violations) {
      violations.add(new Violation(Invariant.ATOMIC_VISIBILITY, rule,
          document.place.documentId(document.externalId), detail));
    }
  }

  /** What must not have been seen. */
  public List<Violation> violations() {
    synchronized (violations) {
      return List.copyOf(violations);
    }
  }

  /** Queries with an answer. */
  public long answered() {
    return answered.get();
  }

  /** Queries without one, as during an outage. */
  public long refused() {
    return refused.get();
  }

  /** Answers without hits. */
  public long empty() {
    return empty.get();
  }

  /** How long each answer took. */
  public List<Long> nanos() {
    synchronized (nanos) {
      return List.copyOf(nanos);
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    threads.close();
    clients.close();
  }
}
