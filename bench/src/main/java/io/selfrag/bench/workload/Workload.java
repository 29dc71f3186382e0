package io.selfrag.bench.workload;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.api.Reply;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.system.SystemAccess;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A seeded stream of creates, updates, re-uploads and deletes over several tenants. Each document belongs to one thread, so that
 * the order of its calls is known. A call is repeated until it is answered; the log keeps what was promised.
 */
public final class Workload implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int UPLOAD_MODES = 4;
  /** Percent of all calls that send the same content once more. */
  private static final int RE_UPLOADS = 15;

  private final Supplier<SystemAccess> system;
  private final AcceptedLog log;
  private final List<Watched> documents;
  private final Clients clients = new Clients();
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean stopped;

  /**
   * What is sent.
   *
   * @param deletes in percent of all calls
   * @param pause between two calls of a thread
   */
  public record Mix(int documents, int threads, int deletes, int maxParagraphs, Duration pause) {
    /** What fault tests use. */
    public static Mix ofFaults() {
      return new Mix(45, 3, 12, 8, Duration.ofMillis(60));
    }
  }

  /**
   * Starts it.
   *
   * @param system where it is now: a restart may move it
   */
  public Workload(Supplier<SystemAccess> system, List<Place> places, Mix mix, AcceptedLog log, long seed) {
    this.system = system;
    this.log = log;
    this.documents = documents(places, mix.documents, seed);
    this.threads = Executors.newFixedThreadPool(mix.threads);
    for (int t = 0; t < mix.threads; t++) {
      var own = new ArrayList<Watched>();
      for (int i = t; i < documents.size(); i += mix.threads) {
        own.add(documents.get(i));
      }
      var random = new Random(seed * 31 + t);
      running.add(threads.submit(() -> run(own, random, mix)));
    }
  }

  private static List<Watched> documents(List<Place> places, int count, long seed) {
    var documents = new ArrayList<Watched>();
    for (int i = 0; i < count; i++) {
      documents.add(new Watched(places.get(i % places.size()), "w" + seed + "-" + i, i));
    }
    return List.copyOf(documents);
  }

  /** Queries about the documents of this workload, until they are closed. */
  public QueryRecorder watch(int threads, Duration pause) {
    return new QueryRecorder(system.get(), documents, threads, pause, 7);
  }

  private void run(List<Watched> own, Random random, Mix mix) {
    while (!stopped) {
      change(own.get(random.nextInt(own.size())), random, mix);
      calls.incrementAndGet();
      LockSupport.parkNanos(mix.pause.toNanos());
    }
  }

  private void change(Watched document, Random random, Mix mix) {
    boolean exists = document.now().sent() > 0;
    int dice = random.nextInt(100);
    if (exists && dice < mix.deletes) {
      delete(document);
    } else {
      boolean again = exists && dice < mix.deletes + RE_UPLOADS;
      int edition = again ? document.sameEdition() : document.nextEdition();
      int paragraphs = 1 + new Random(document.number * 1000L + edition).nextInt(mix.maxParagraphs);
      upsert(document, MarkedText.of(document.number, edition, paragraphs), random.nextInt(UPLOAD_MODES));
    }
  }

  private void upsert(Watched document, String text, int mode) {
    var entry = log.upsert(document.place.documentId(document.externalId), MarkedText.sha256(text));
    settle(entry, document, api -> switch (mode) {
      case 0 -> api.upload(document.place.documents() + "/upload",
          Map.of("title", document.externalId, "external_id", document.externalId), document.externalId + ".md",
          text.getBytes(StandardCharsets.UTF_8));
      case 1 -> api.put(document.place.document(document.externalId),
          Map.of("title", document.externalId, "content", text, "wait", 0));
      case 2 -> batch(api, document, text);
      default -> api.post(document.place.documents(),
          Map.of("title", document.externalId, "content", text, "external_id", document.externalId, "wait", 0));
    });
  }

  /** An item of a batch fails by itself. */
  private static Reply batch(Api api, Watched document, String text) {
    var reply = api.post(document.place.documents() + "/batch", Map.of("documents",
        List.of(Map.of("title", document.externalId, "content", text, "external_id", document.externalId))));
    boolean failed = reply.isSuccess() && reply.body().path("failed").asInt(0) > 0;
    return failed ? new Reply(503, reply.body()) : reply;
  }

  private void delete(Watched document) {
    document.deleting();
    var entry = log.delete(document.place.documentId(document.externalId));
    var reply = settle(entry, document, api -> api.delete(document.place.document(document.externalId)));
    if (reply.isSuccess() || reply.status() == 404) {
      document.deleted();
    }
  }

  private Reply settle(AcceptedLog.Entry entry, Watched document, Function<Api, Reply> call) {
    var reply = Api.untilAnswered(() -> call.apply(clients.of(system.get(), document.place)), PATIENCE);
    if (reply.isSuccess() || reply.status() == 404) {
      entry.acknowledge();
    } else if (reply.status() >= 400 && reply.status() < 500) {
      entry.refuse();
      throw new IllegalStateException("an ordinary call was refused: " + reply);
    } else if (reply.status() == 500) {
      throw new IllegalStateException("an ordinary call met an error of ours: " + reply);
    }
    return reply;
  }

  /** How many calls were answered. */
  public long calls() {
    return calls.get();
  }

  /** Goes on until so many more calls are answered, or the time is up; throws what stopped a thread. */
  public void proceed(long more, Duration limit) {
    long goal = calls.get() + more;
    long end = System.nanoTime() + limit.toNanos();
    while (calls.get() < goal && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      throwIfBroken();
    }
  }

  private void throwIfBroken() {
    for (Future<?> thread : running) {
      if (thread.isDone() && !stopped) {
        outcomeOf(thread);
      }
    }
  }

  private static void outcomeOf(Future<?> thread) {
    try {
      thread.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the workload broke", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it once the calls under way are answered. */
  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    threads.close();
    clients.close();
    running.forEach(Workload::outcomeOf);
  }
}
