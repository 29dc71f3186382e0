package io.selfrag.bench.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AcceptedLogTest {
  private static final UUID DOCUMENT = new UUID(0, 1);
  private final AcceptedLog log = new AcceptedLog();

  @Test
  void theLastAcknowledgedCallDecides() {
    log.upsert(DOCUMENT, "a").acknowledge();
    log.upsert(DOCUMENT, "b").acknowledge();

    var expected = expectation();

    assertThat(expected.allows("b", "completed")).isTrue();
    assertThat(expected.allows("a", "completed")).isFalse();
    assertThat(expected.allows(null, "deleted")).isFalse();
  }

  @Test
  void aDeletedDocumentMustBeGone() {
    log.upsert(DOCUMENT, "a").acknowledge();
    log.delete(DOCUMENT).acknowledge();

    assertThat(expectation().allows(null, "deleted")).isTrue();
    assertThat(expectation().allows("a", "completed")).isFalse();
  }

  @Test
  void anUnansweredCallMayHaveHadItsEffectOrNot() {
    log.upsert(DOCUMENT, "a").acknowledge();
    log.upsert(DOCUMENT, "b");

    assertThat(expectation().allows("a", "completed")).isTrue();
    assertThat(expectation().allows("b", "completed")).isTrue();
    assertThat(expectation().allows(null, "deleted")).isFalse();
  }

  @Test
  void aRefusedCallHadNone() {
    log.upsert(DOCUMENT, "a").acknowledge();
    log.upsert(DOCUMENT, "b").refuse();

    assertThat(expectation().allows("b", "completed")).isFalse();
  }

  @Test
  void nothingAcknowledgedPromisesNothing() {
    log.upsert(DOCUMENT, "a");

    assertThat(expectation().allows(null, "pending")).isTrue();
    assertThat(expectation().allows("a", "completed")).isTrue();
  }

  @Test
  void onlyPoisonMayFail() {
    log.poison(DOCUMENT, "a").acknowledge();
    assertThat(expectation().allows(null, "failed")).isTrue();

    log.upsert(DOCUMENT, "b").acknowledge();
    assertThat(expectation().allows(null, "failed")).isFalse();
  }

  private AcceptedLog.Expectation expectation() {
    return Objects.requireNonNull(log.expectations().get(DOCUMENT));
  }
}
