package io.selfrag.query.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.query.operations.PipelineSnapshot;
import io.selfrag.query.operations.PipelineSnapshot.Group;
import io.selfrag.query.operations.Spot;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthStatus;
import io.selfrag.service.health.StageHealth;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WorkerHealthTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Spot SPOT = new Spot("t.chunks", 0);

  @Test
  void aWorkerElsewhereIsJudgedByTheBrokerAlone() {
    var health = check(history(1, 5), null);

    assertThat(health.status()).isEqualTo(HealthStatus.OK);
    assertThat(health.message()).isEqualTo("5 records wait");
    assertThat(health.lag()).isEqualTo(5);
  }

  @Test
  void aWorkerWithoutInstancesIsDownWhileSomethingWaits() {
    assertThat(check(history(0, 5), null).status()).isEqualTo(HealthStatus.DOWN);
    assertThat(check(history(0, 0), null).status()).isEqualTo(HealthStatus.DEGRADED);
  }

  @Test
  void aWorkerInThisJvmSaysAtOnceWhatItWaitsForOrThatItHasHalted() {
    var own = new StageHealth("embedder-worker", InstantSource.fixed(NOW));
    own.progressed();

    own.degraded("MODEL_UNAVAILABLE: away");
    assertThat(check(history(1, 5), own)).isEqualTo(
        new ComponentHealth(HealthStatus.DEGRADED, "MODEL_UNAVAILABLE: away; 5 records wait", NOW, 5L));

    own.down("stopped until someone acts");
    assertThat(check(history(1, 5), own).status()).isEqualTo(HealthStatus.DOWN);
  }

  @Test
  void nothingIsKnownOfAWorkerWhileTheBrokerIsAway() {
    var health = new WorkerHealth(PipelineWorker.EMBEDDER, new TopicNames("t."),
        Mono.error(new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "away")), null).check().block();

    assertThat(health).isEqualTo(ComponentHealth.degraded("not known while the broker does not answer"));
  }

  private static ComponentHealth check(PipelineHistory history, @Nullable StageHealth own) {
    return new WorkerHealth(PipelineWorker.EMBEDDER, new TopicNames("t."), Mono.just(history), own).check().block();
  }

  private static PipelineHistory history(int members, long lag) {
    var history = new PipelineHistory(Map.of());
    history.add(new PipelineSnapshot(NOW, Map.of(), Map.of(SPOT, lag),
        Map.of("t.embedder", new Group(members, Map.of(SPOT, 0L)))));
    return history;
  }
}
