package io.selfrag.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Random random = new Random(7);

  @Test
  void theWaitDoublesWithEachFailureUpToTheLongest() {
    var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

    for (int round = 0; round < 100; round++) {
      assertThat(backoff.after(1, random)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
      assertThat(backoff.after(2, random)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
      assertThat(backoff.after(5, random)).isBetween(Duration.ofMillis(800), Duration.ofMillis(1600));
      assertThat(backoff.after(10, random)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
      assertThat(backoff.after(Integer.MAX_VALUE, random)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }
  }

  @Test
  void waitsOfTheSameStepDifferSoThatNotAllComeBackAtOnce() {
    var waits = new HashSet<Duration>();

    for (int caller = 0; caller < 50; caller++) {
      waits.add(Backoff.DEFAULT.after(8, random));
    }

    assertThat(waits).hasSizeGreaterThan(40);
  }

  @Test
  void aLongestBelowTheFirstIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
  }
}
