package io.selfrag.service.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class HealthReportTest {
  private record Fixed(String name, boolean requiredForReady, Mono<ComponentHealth> check) implements HealthComponent {}

  @Test
  void theWorstComponentDecidesAndEachSaysWhy() {
    var report = report(Set.of(), new Fixed("a", true, Mono.just(ComponentHealth.ok())),
        new Fixed("b", false, Mono.just(ComponentHealth.degraded("slow"))),
        new Fixed("c", false, Mono.error(new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "it is away"))),
        new Fixed("d", false, Mono.error(new IllegalStateException("db.internal:5432 refused"))));

    var result = report.ofAll().block();

    assertThat(result.status()).isEqualTo(HealthStatus.DOWN);
    assertThat(result.components()).containsOnlyKeys("a", "b", "c", "d");
    assertThat(result.components().get("b").health()).isEqualTo(ComponentHealth.degraded("slow"));
    assertThat(result.components().get("c").health()).isEqualTo(ComponentHealth.down("it is away"));
    assertThat(result.components().get("d").health().message()).as("no host name").doesNotContain("5432");
  }

  @Test
  void readinessAsksOnlyWhatTheServiceCannotWorkWithout() {
    var report = report(Set.of("broker"), new Fixed("database", true, Mono.just(ComponentHealth.ok())),
        new Fixed("broker", true, Mono.error(new AssertionError("is not asked"))),
        new Fixed("cache", false, Mono.error(new AssertionError("is not asked"))));

    assertThat(report.ofRequired().block().components()).containsOnlyKeys("database");
  }

  @Test
  void componentsThatDoNotAnswerAreAskedTogetherAndDownAfterTwoSeconds() {
    StepVerifier.withVirtualTime(() -> report(Set.of(), new Fixed("a", true, Mono.never()),
        new Fixed("b", true, Mono.never()), new Fixed("c", true, Mono.just(ComponentHealth.ok()))).ofAll())
        .expectSubscription().expectNoEvent(Duration.ofMillis(1999)).thenAwait(Duration.ofMillis(1))
        .assertNext(it -> {
          assertThat(it.components().get("a").health()).isEqualTo(ComponentHealth.down("no answer within 2 s"));
          assertThat(it.components().get("c").health().status()).isEqualTo(HealthStatus.OK);
        }).verifyComplete();
  }

  @Test
  void manyWhoAskWithinASecondCostOneCheck() {
    var checks = new AtomicInteger();
    StepVerifier.withVirtualTime(() -> {
      var report = report(Set.of(), new Fixed("a", true, Mono.fromSupplier(() -> {
        checks.incrementAndGet();
        return ComponentHealth.ok();
      })));
      return report.ofAll().then(report.ofAll()).then(Mono.delay(Duration.ofMillis(1001))).then(report.ofAll());
    }).thenAwait(Duration.ofSeconds(2)).expectNextCount(1).verifyComplete();

    assertThat(checks).hasValue(2);
  }

  private static HealthReport report(Set<String> notNeeded, HealthComponent... components) {
    return new HealthReport(List.of(components), notNeeded, System::nanoTime);
  }
}
