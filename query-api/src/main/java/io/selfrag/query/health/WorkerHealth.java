package io.selfrag.query.health;

import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.query.operations.WorkerVerdict;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthStatus;
import io.selfrag.service.health.StageHealth;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A worker as the broker shows it, wherever it runs; where it runs in this JVM, what it says of itself as well, since that is
 * known at once and says why.
 */
final class WorkerHealth implements HealthComponent {
  private final PipelineWorker worker;
  private final TopicNames topics;
  private final Mono<PipelineHistory> look;
  private final @Nullable StageHealth own;

  /** @param own null if it runs in another process */
  WorkerHealth(PipelineWorker worker, TopicNames topics, Mono<PipelineHistory> look, @Nullable StageHealth own) {
    this.worker = worker;
    this.topics = topics;
    this.look = look;
    this.own = own;
  }

  @Override
  public String name() {
    return "worker-" + worker.wireName();
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return look.map(history -> merged(WorkerVerdict.of(worker, topics, history)))
        .onErrorReturn(ComponentHealth.degraded("not known while the broker does not answer"));
  }

  private ComponentHealth merged(WorkerVerdict seen) {
    var status = switch (seen.state()) {
      case WORKING -> HealthStatus.OK;
      case STANDS_STILL, ABSENT -> HealthStatus.DEGRADED;
      case MISSED -> HealthStatus.DOWN;
    };
    var said = own == null ? null : own.current();
    if (said == null) {
      return new ComponentHealth(status, seen.message(), seen.lastProgress(), seen.lag());
    }
    var message = said.status() == HealthStatus.OK || said.message() == null
        ? seen.message()
        : said.message() + "; " + seen.message();
    return new ComponentHealth(status.worse(said.status()), message, later(seen.lastProgress(), said.lastProgress()),
        seen.lag());
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isAfter(b) ? a : b;
  }
}
