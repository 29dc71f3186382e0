package io.selfrag.indexer.sweep;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.WithheldFlips;
import io.selfrag.catalog.reindex.ReindexJob;
import io.selfrag.catalog.reindex.ReindexSteps;
import io.selfrag.catalog.reindex.ReindexSteps.Standing;
import io.selfrag.indexer.index.ApplyChanges;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reindexings further, a step of one job at each sweep: looks how far the generation is that queries are to see, lets them see it
 * once nothing would be missing, and has what nobody needs any more purged (S19). What a job is about stands in its row alone, so another
 * sink goes on from wherever one stopped; several share the jobs.
 */
public final class ReindexSweeper {
  private static final Logger log = LoggerFactory.getLogger(ReindexSweeper.class);
  /** Longer than a look at a large knowledge base takes; what ends later is done again, to no effect. */
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final int PAGE = 200;
  /** So few that they arrive while flips are withheld. */
  private static final long FEW = 50;
  private static final Duration WITHHELD_AT_MOST = Duration.ofSeconds(30);
  private static final Duration AFTER_A_VAIN_TRY = Duration.ofSeconds(15);
  private static final Duration AT_ONCE = Duration.ofMillis(200);
  private static final Duration SOON = Duration.ofSeconds(1);
  /** A look may take this part of the time. */
  private static final int LOOKING_SHARE = 10;

  private final ReindexSteps steps;
  private final WithheldFlips withheld;
  private final ApplyChanges apply;
  private final InstantSource clock;
  private volatile Standing standing = new Standing(0, 0, Duration.ZERO);

  public ReindexSweeper(ReindexSteps steps, WithheldFlips withheld, ApplyChanges apply, InstantSource clock,
      MeterRegistry meters) {
    this.steps = steps;
    this.withheld = withheld;
    this.apply = apply;
    this.clock = clock;
    Gauge.builder("selfrag.reindex.jobs", () -> standing.open()).description("reindexings that have not ended")
        .register(meters);
    Gauge.builder("selfrag.reindex.failed.documents", () -> standing.failed())
        .description("documents that failed in a generation that is filled, and keep queries from seeing it")
        .register(meters);
    Gauge.builder("selfrag.reindex.standstill", () -> standing.standstill().toMillis() / 1000.0).baseUnit("seconds")
        .description("how long the reindexing that waits for longest has not come further").register(meters);
  }

  /** Does what is due now; says how much that was. */
  public int sweep() {
    int released = release();
    standing = StoreCalls.get(steps.standing(), DATABASE_TIMEOUT);
    var job = StoreCalls.await(steps.claim(LEASE), DATABASE_TIMEOUT);
    if (job == null) {
      return released;
    }
    boolean done = false;
    try {
      take(job);
      done = true;
    } finally {
      if (!done) {
        StoreCalls.await(steps.release(job), DATABASE_TIMEOUT);
      }
    }
    return released + 1;
  }

  /** What a switch that is over has withheld is decided about again. */
  private int release() {
    List<IndexChange.Reconsider> released = StoreCalls.get(withheld.released(PAGE), DATABASE_TIMEOUT);
    if (released.isEmpty()) {
      return 0;
    }
    var again = new HashSet<>(apply.apply(List.copyOf(released)).withheld());
    var decided = released.stream().map(IndexChange.Reconsider::version).filter(it -> !again.contains(it)).toList();
    StoreCalls.await(withheld.forget(decided), DATABASE_TIMEOUT);
    return decided.size();
  }

  private void take(ReindexJob job) {
    switch (job.state()) {
      case FILLING, REVERTING -> fill(job);
      case SWITCHED -> StoreCalls.await(steps.complete(job), DATABASE_TIMEOUT);
      case COMPLETING, ROLLING_BACK, CANCELLING -> clear(job);
      case DONE, ROLLED_BACK, CANCELLED -> throw new IllegalStateException("job " + job.id() + " has ended");
    }
  }

  private void fill(ReindexJob job) {
    var begun = clock.instant();
    var figures = StoreCalls.get(steps.figures(job), DATABASE_TIMEOUT);
    long missing = figures.documents() - figures.ready();
    if (missing == 0 && StoreCalls.get(steps.switchOver(job), DATABASE_TIMEOUT)) {
      say(job, "queries see generation " + job.otherGeneration());
      return;
    }
    var until = job.withheldUntil();
    if (until != null) {
      boolean over = figures.failed() > 0 || !clock.instant().isBefore(until);
      if (over) {
        StoreCalls.await(steps.letGo(job), DATABASE_TIMEOUT);
        say(job, "flips go on: not all is there yet");
      }
      StoreCalls.await(steps.progressed(job, figures, over ? AFTER_A_VAIN_TRY : AT_ONCE), DATABASE_TIMEOUT);
    } else if (missing <= FEW && figures.failed() == 0) {
      StoreCalls.await(steps.withhold(job, WITHHELD_AT_MOST), DATABASE_TIMEOUT);
      StoreCalls.await(steps.progressed(job, figures, AT_ONCE), DATABASE_TIMEOUT);
    } else {
      StoreCalls.await(steps.progressed(job, figures, pause(begun)), DATABASE_TIMEOUT);
    }
  }

  private Duration pause(Instant begun) {
    var took = Duration.between(begun, clock.instant()).multipliedBy(LOOKING_SHARE);
    return took.compareTo(SOON) > 0 ? took : SOON;
  }

  private void clear(ReindexJob job) {
    if (!job.closed()) {
      StoreCalls.await(steps.close(job), DATABASE_TIMEOUT);
      say(job, "generation " + job.otherGeneration() + " is closed");
    } else if (StoreCalls.get(steps.finish(job), DATABASE_TIMEOUT)) {
      say(job, "ended");
    }
  }

  private static void say(ReindexJob job, String what) {
    log.atInfo().addKeyValue("tenant_id", job.tenantId()).addKeyValue("knowledge_base_id", job.knowledgeBaseId())
        .addKeyValue("reindex_job_id", job.id()).addKeyValue("step", what).log("reindexing");
  }
}
