package io.selfrag.service.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StageHealthTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final StageHealth health = new StageHealth("stage", now::get);

  @Test
  void whatIsDownStaysDownWhileAnotherPartGoesOn() {
    var one = health.part();
    var other = health.part();
    one.down("five bugs");

    other.progressed();

    assertThat(health.current()).isEqualTo(new ComponentHealth(HealthStatus.DOWN, "five bugs", NOON));
  }

  @Test
  void aStageIsWellAgainOnceItsWorstPartIs() {
    var one = health.part();
    var other = health.part();
    one.degraded("waiting");
    other.ok();
    assertThat(health.current().status()).isEqualTo(HealthStatus.DEGRADED);

    one.progressed();

    assertThat(health.current().status()).isEqualTo(HealthStatus.OK);
  }

  @Test
  void progressIsTheLatestOfAllParts() {
    var one = health.part();
    var other = health.part();
    one.progressed();
    now.set(NOON.plusSeconds(5));
    other.progressed();
    now.set(NOON.plusSeconds(9));

    other.degraded("waiting");

    assertThat(health.current().lastProgress()).isEqualTo(NOON.plusSeconds(5));
  }
}
