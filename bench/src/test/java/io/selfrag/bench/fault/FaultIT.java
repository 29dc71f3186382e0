package io.selfrag.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A short selection of {@code ./selfrag bench faults}: a store away, work out of order, a noisy tenant, the whole system killed. */
class FaultIT {
  @Test
  @Timeout(600)
  void acceptedWorkSurvivesFaultsAndTheLedgerBalances(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) {
    var suite = new FaultSuite(folder, Duration.ofSeconds(5), 40, 1);

    var outcomes = suite.runSample();

    assertThat(outcomes).allSatisfy(it -> assertThat(it.problems()).as(it.id() + " " + it.what()).isEmpty());
    assertThat(outcomes).extracting(FaultOutcome::id).containsExactly("F5", "F11", "I6", "F1");
    assertThat(outcomes.getLast().calls()).isGreaterThan(40);
  }
}
