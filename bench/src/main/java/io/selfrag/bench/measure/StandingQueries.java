package io.selfrag.bench.measure;

import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Looks for documents that never change, one after the other by a word that is in no other, until it is closed. */
final class StandingQueries implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final SystemAccess system;
  private final Place place;
  private final int documents;
  private final IntFunction<String> marker;
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong missing = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean stopped;

  /** @param marker external id of a document by its number, which is a word of it too */
  StandingQueries(SystemAccess system, Place place, int documents, IntFunction<String> marker, int clients) {
    this.system = system;
    this.place = place;
    this.documents = documents;
    this.marker = marker;
    this.threads = Executors.newFixedThreadPool(clients);
    for (int i = 0; i < clients; i++) {
      var random = new Random(i);
      running.add(threads.submit(() -> ask(random)));
    }
  }

  private void ask(Random random) {
    try (var api = place.open(system)) {
      while (!stopped) {
        var wanted = marker.apply(random.nextInt(documents));
        var reply = api.post("/v1/retrieve", Map.of("query", wanted, "knowledge_base_ids",
            List.of(place.knowledgeBaseId()), "top_k", 5, "retriever_override", Map.of("name", "bm25")));
        if (!reply.isSuccess()) {
          failed.incrementAndGet();
        } else {
          answered.incrementAndGet();
          var id = place.documentId(wanted).toString();
          if (reply.body().path("results").valueStream()
              .noneMatch(it -> it.path("document_id").asString("").equals(id))) {
            missing.incrementAndGet();
          }
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  long answered() {
    return answered.get();
  }

  /** Answers that did not hold the document. */
  long missing() {
    return missing.get();
  }

  long failed() {
    return failed.get();
  }

  /** Ends it; throws what stopped one of its threads. */
  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    threads.close();
    for (Future<?> thread : running) {
      try {
        thread.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a thread of the queries broke", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
