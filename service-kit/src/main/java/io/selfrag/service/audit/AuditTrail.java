package io.selfrag.service.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.catalog.audit.Sought;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes audit records without waiting and writes them in batches, several times a second. While the database is away they wait in a
 * bounded queue; one that finds it full, and one that the database refuses, is counted in {@code selfrag.audit.lost} and written
 * to the log instead, so that none is lost without a trace. Safe for concurrent callers.
 */
public final class AuditTrail implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SWEEP_PERIOD = Duration.ofHours(1);
  private static final Duration FIRST_SWEEP = Duration.ofMinutes(1);
  private static final int BATCH = 500;

  private final AuditLog records;
  private final AuditSettings settings;
  private final Counter lost;
  private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
  /** The queue itself cannot say without counting. */
  private final AtomicInteger size = new AtomicInteger();
  private volatile @Nullable Disposable running;
  private final Map<Object, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
  private volatile boolean away;

  public AuditTrail(AuditLog records, AuditSettings settings, MeterRegistry metrics) {
    this.records = records;
    this.settings = settings;
    this.lost = Counter.builder("selfrag.audit.lost").description("audit records that stand in the log alone")
        .register(metrics);
    Gauge.builder("selfrag.audit.waiting", size, AtomicInteger::get)
        .description("audit records that wait for the database").register(metrics);
  }

  /**
   * What waits.
   *
   * @param sought what was named and not found: if any of it is there for others, access to it was denied
   * @param stays whether there is a record if it is not
   */
  private record Entry(AuditRecord record, List<Sought> sought, boolean stays) {
    Entry found(Set<Sought> there) {
      return new Entry(sought.stream().anyMatch(there::contains) ? record.asDenied() : record, List.of(), stays);
    }

    boolean isRecorded() {
      return stays || record.denied();
    }
  }

  /** Takes a record; returns at once and never fails. Whoever shows no known credential cannot fill the queue. */
  public void add(AuditRecord record) {
    add(new Entry(record, List.of(), true), record.actor() != AuditRecord.Actor.NOBODY);
  }

  /**
   * Takes the record of a request that was answered that something does not exist. Whether it does is looked up when the record is
   * written: the answer neither waits for that nor differs by it.
   *
   * @param stays whether it is recorded even if nothing of it is there
   */
  public void add(AuditRecord record, List<UUID> named, boolean stays) {
    var tenant = record.tenantId();
    var code = record.code();
    if (tenant == null || code == null) {
      add(new Entry(record, List.of(), stays), stays);
    } else {
      add(new Entry(record, named.stream().map(id -> new Sought(tenant, id, record.at(), code)).toList(), stays),
          stays);
    }
  }

  private void add(Entry entry, boolean toTheBrim) {
    int room = toTheBrim ? settings.queue() : Math.ceilDiv(settings.queue(), 2);
    if (size.incrementAndGet() > room) {
      size.decrementAndGet();
      lost(entry.record(), null);
    } else {
      waiting.add(entry);
    }
  }

  /**
   * Writes what waits. Never fails: what could not be written waits on. Goes on when it is no longer waited for: a batch that is cut
   * off would be neither written nor waiting.
   */
  public Mono<Void> flush() {
    return Mono.fromFuture(() -> {
      var writing = Mono.defer(this::writeBatch).expand(full -> full ? Mono.defer(this::writeBatch) : Mono.empty())
          .then().toFuture();
      var key = new Object();
      underWay.put(key, writing);
      return writing.whenComplete((done, failure) -> underWay.remove(key));
    }, true);
  }

  /** Whether there may be more. */
  private Mono<Boolean> writeBatch() {
    var batch = take();
    if (batch.isEmpty()) {
      return Mono.just(false);
    }
    return judged(batch).flatMap(this::append).timeout(LIMIT).doOnSuccess(done -> answered())
        .thenReturn(batch.size() == BATCH)
        .onErrorResume(e -> {
          if (isRefusal(e)) {
            return oneByOne(batch).thenReturn(true);
          }
          failed(e);
          putBack(batch, e);
          return Mono.just(false);
        });
  }

  /** The same, once it is known what of that which was not found is there. */
  private Mono<List<Entry>> judged(List<Entry> batch) {
    var sought = batch.stream().flatMap(it -> it.sought().stream()).toList();
    return sought.isEmpty()
        ? Mono.just(batch)
        : records.there(sought).collect(Collectors.toSet())
            .map(there -> batch.stream().map(it -> it.found(there)).toList());
  }

  private Mono<Boolean> append(List<Entry> batch) {
    var recorded = batch.stream().filter(Entry::isRecorded).map(Entry::record).toList();
    return recorded.isEmpty() ? Mono.just(true) : records.append(recorded).thenReturn(true);
  }

  private List<Entry> take() {
    var batch = new ArrayList<Entry>();
    while (batch.size() < BATCH) {
      var next = waiting.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    size.addAndGet(-batch.size());
    return batch;
  }

  /** Back among those that wait, as far as there is room: more came while the database was asked. */
  private void putBack(List<Entry> batch, Throwable cause) {
    for (Entry entry : batch) {
      if (size.incrementAndGet() > settings.queue()) {
        size.decrementAndGet();
        lost(entry.record(), cause);
      } else {
        waiting.add(entry);
      }
    }
  }

  /** One that the database does not take must not keep the others. */
  private Mono<Void> oneByOne(List<Entry> batch) {
    return Flux.fromIterable(batch)
        .concatMap(it -> judged(List.of(it)).flatMap(this::append).timeout(LIMIT).onErrorResume(e -> {
          if (isRefusal(e)) {
            lost(it.record(), e);
          } else {
            putBack(List.of(it), e);
          }
          return Mono.empty();
        })).then();
  }

  private static boolean isRefusal(Throwable failure) {
    return !(failure instanceof TimeoutException)
        && !(failure instanceof SelfRagException it && it.isTransient());
  }

  private void lost(AuditRecord record, @Nullable Throwable cause) {
    lost.increment();
    log.atWarn().setCause(cause).addKeyValue("request_id", record.requestId())
        .addKeyValue("tenant_id", record.tenantId()).addKeyValue("actor", record.actor().wireName())
        .addKeyValue("actor_id", record.actorId()).addKeyValue("actor_name", record.actorName())
        .addKeyValue("action", record.action()).addKeyValue("target", record.target())
        .addKeyValue("status", record.status()).addKeyValue("code", record.code())
        .addKeyValue("address", record.address()).log("audit record not stored");
  }

  private void answered() {
    if (away) {
      away = false;
      log.atInfo().log("audit records are written again");
    }
  }

  private void failed(Throwable failure) {
    if (!away) {
      away = true;
      log.atWarn().setCause(failure).log("audit records wait for the database");
    }
  }

  /** Removes what is too old; says how many records went. */
  public Mono<Long> sweep() {
    return records.removeOlderThan(settings.retention());
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Disposables.composite(
          Flux.interval(PERIOD).onBackpressureDrop().concatMap(tick -> flushQuietly(), 1).subscribe(),
          Flux.interval(FIRST_SWEEP, SWEEP_PERIOD).onBackpressureDrop().concatMap(tick -> sweepQuietly(), 1)
              .subscribe());
    }
  }

  /** A fault of ours in one batch must not end the writing of all later ones. */
  private Mono<Void> flushQuietly() {
    return flush().onErrorResume(e -> {
      log.atError().setCause(e).log("audit records could not be written");
      return Mono.empty();
    });
  }

  private Mono<Void> sweepQuietly() {
    return sweep().doOnNext(gone -> {
      if (gone > 0) {
        log.atInfo().addKeyValue("results_count", gone).log("old audit records removed");
      }
    }).then().onErrorResume(e -> {
      log.atWarn().setCause(e).log("old audit records could not be removed");
      return Mono.empty();
    });
  }

  @Override
  public synchronized void stop() {
    var current = running;
    running = null;
    if (current != null) {
      current.dispose();
      Mono.fromFuture(CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new)), true).then(flush())
          .timeout(LIMIT).onErrorComplete().block();
      for (var left = waiting.poll(); left != null; left = waiting.poll()) {
        lost(left.record(), null);
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }

  /** Ends after the web server, whose last requests are recorded as well. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 4096;
  }
}
