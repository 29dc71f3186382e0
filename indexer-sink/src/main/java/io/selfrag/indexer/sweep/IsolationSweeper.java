package io.selfrag.indexer.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.isolation.Migration;
import io.selfrag.catalog.isolation.MigrationStep;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.indexer.index.Routes;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Moves the points of tenants to where their strategy wants them, while they are written and searched (S26). A sweep is one page or
 * one turn of the route and is recorded when it is done: after a crash another sweeper goes on from there, and doing a page again
 * changes nothing. Several sweepers share the migrations.
 */
public final class IsolationSweeper {
  private static final Logger log = LoggerFactory.getLogger(IsolationSweeper.class);
  /** Longer than a page takes on a slow store; what ends later is done again by another sweeper, to no effect. */
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  /** What is written while it is compared may differ for a moment each time; it was mended each time, too. */
  private static final int COMPARISONS = 3;

  private final IsolationMigrations migrations;
  private final VectorStore store;
  private final long autoThreshold;
  private final Duration zombieLife;
  private final Counter moved;
  private volatile Duration standstill = Duration.ZERO;

  /**
   * @param autoThreshold from how many points on {@code auto} gives a tenant collections of its own
   * @param zombieLife longest time for which a query that has begun still looks, or a writer that was thought dead still writes, where
   *        points were before
   */
  public IsolationSweeper(IsolationMigrations migrations, VectorStore store, long autoThreshold, Duration zombieLife,
      MeterRegistry meters) {
    this.migrations = migrations;
    this.store = store;
    this.autoThreshold = autoThreshold;
    this.zombieLife = zombieLife;
    this.moved = Counter.builder("selfrag.isolation.points").description("points copied to another place")
        .register(meters);
    Gauge.builder("selfrag.isolation.standstill", () -> standstill.toMillis() / 1000.0).baseUnit("seconds")
        .description("how long the migration that waits for longest has not come further").register(meters);
  }

  /** Does what is due now, one step of one migration; says how much that was. */
  public int sweep() {
    List<UUID> astray = StoreCalls.get(migrations.astray(autoThreshold).collectList(), DATABASE_TIMEOUT);
    for (UUID tenant : astray) {
      if (StoreCalls.get(migrations.steer(tenant, autoThreshold), DATABASE_TIMEOUT)) {
        log.atInfo().addKeyValue("tenant_id", tenant).log("a tenant's points are to be moved");
      }
    }
    standstill = StoreCalls.get(migrations.standstill(), DATABASE_TIMEOUT);
    var step = StoreCalls.get(migrations.claim(LEASE).map(List::of).defaultIfEmpty(List.of()), DATABASE_TIMEOUT);
    step.forEach(this::take);
    return step.size();
  }

  private void take(MigrationStep step) {
    boolean done = false;
    try {
      switch (step.state()) {
        case COPYING, VERIFYING -> page(step);
        case SWITCHED -> turned(step, "old place left", migrations.leave(step));
        case PURGING -> empty(step);
      }
      done = true;
    } finally {
      if (!done) {
        StoreCalls.await(migrations.release(step), DATABASE_TIMEOUT);
      }
    }
  }

  private void page(MigrationStep step) {
    var models = models(step.tenantId());
    if (step.state() == Migration.State.COPYING && step.collection() == null) {
      var ofTenant = new PointSelection.OfTenant(step.tenantId());
      long total = models.stream().mapToLong(it -> store.count(at(step.read(), it, step), ofTenant)).sum();
      StoreCalls.await(migrations.counted(step, total), DATABASE_TIMEOUT);
    }
    var model = next(step, models);
    if (model == null) {
      throughAll(step);
      return;
    }
    var page = new TwoPlaces(store, step.tenantId(), at(step.read(), model, step), at(step.target(), model, step))
        .mend(model.name().equals(step.collection()) ? step.cursor() : null, step.state() == Migration.State.COPYING);
    moved.increment(page.mended());
    StoreCalls.get(migrations.advanced(step, model.name(), page.last(), page.points(), page.mended()),
        DATABASE_TIMEOUT);
  }

  /** The model where this state goes on; {@code null} if it is through. A collection that is done has no cursor. */
  private static @Nullable CollectionSpec next(MigrationStep step, List<CollectionSpec> models) {
    var current = step.collection();
    return models.stream().filter(it -> {
      int order = current == null ? 1 : it.name().compareTo(current);
      return order > 0 || (order == 0 && step.cursor() != null);
    }).findFirst().orElse(null);
  }

  private void throughAll(MigrationStep step) {
    boolean compared = step.state() == Migration.State.VERIFYING;
    if (compared && (step.mended() == 0 || step.pass() + 1 >= COMPARISONS)) {
      turned(step, "queries look in the new place", migrations.switchOver(step, zombieLife));
    } else {
      turned(step, compared ? "comparing once more" : "all copied, comparing", migrations.compare(step));
    }
  }

  private void empty(MigrationStep step) {
    for (CollectionSpec model : models(step.tenantId())) {
      var old = at(step.target().other(), model, step);
      if (step.target() == Place.PARTITION) {
        store.dropCollection(old.name());
      } else {
        store.delete(old, new PointSelection.OfTenant(step.tenantId()));
      }
    }
    if (step.pass() == 0) {
      turned(step, "old place emptied", migrations.emptied(step, zombieLife));
    } else {
      turned(step, "done", migrations.finish(step));
    }
  }

  private void turned(MigrationStep step, String what, Mono<Boolean> turn) {
    boolean mine = StoreCalls.get(turn, DATABASE_TIMEOUT);
    log.atInfo().addKeyValue("tenant_id", step.tenantId()).addKeyValue("target", step.target().wireName())
        .addKeyValue("step", mine ? what : "turned meanwhile").addKeyValue("mended", step.mended())
        .log("isolation migration");
  }

  /** The shared collections of all models of which the tenant may have points, in either place. */
  private List<CollectionSpec> models(UUID tenant) {
    return Routes.everyOf(store.collections(), tenant).stream().map(it -> CollectionNames.sharedOf(it.name()))
        .distinct().sorted(Comparator.comparing(CollectionSpec::name)).toList();
  }

  private static CollectionSpec at(Place place, CollectionSpec model, MigrationStep step) {
    return Routes.at(place, model, step.tenantId());
  }
}
