package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.base;
import static io.selfrag.catalog.index.Fixtures.document;
import static io.selfrag.catalog.index.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.isolation.Route;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  private static final KnowledgeBaseFence OPEN = base("active", "active");

  @Test
  void aVersionOfAKnownDocumentIsAdmitted() {
    assertThat(Verdict.of(version(5, 0), OPEN, document(), null)).isEqualTo(Verdict.ADMIT);
    assertThat(Verdict.of(version(5, 0), OPEN, document(), new RevisionFence(0, "processing")))
        .isEqualTo(Verdict.ADMIT);
  }

  @ParameterizedTest
  @CsvSource({"4, 9, SUPERSEDED", "5, 0, SUPERSEDED", "5, 1, ALREADY_LIVE", "5, 2, ADMIT", "6, 0, ADMIT"})
  void I4onlyWhatIsNewerThanTheLiveVersionIsAdmitted(long revision, int attempt, Verdict expected) {
    var live = document().withLive(Map.of(1, new Live(5, 1, 3)));

    assertThat(Verdict.of(version(revision, attempt), OPEN, live, null)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"9, 5, DELETED", "10, 0, DELETED", "11, 0, ADMIT"})
  void S2nothingUpToATombstoneComesBack(long revision, int attempt, Verdict expected) {
    assertThat(Verdict.of(version(revision, attempt), OPEN, document().withDeleted(10), null)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"6, 3, INTERRUPTED", "7, 0, INTERRUPTED", "7, 1, ADMIT", "8, 0, ADMIT"})
  void whatWasInterruptedPassesOnlyUnderAHigherAttempt(long revision, int attempt, Verdict expected) {
    assertThat(Verdict.of(version(revision, attempt), OPEN, document().withInterrupted(7, 0), null))
        .isEqualTo(expected);
  }

  @Test
  void anInterruptDoesNotTouchWhatIsLive() {
    var live = document().withLive(Map.of(1, new Live(5, 0, 3))).withInterrupted(7, 0);

    assertThat(Verdict.of(version(5, 0), OPEN, live, null)).isEqualTo(Verdict.ALREADY_LIVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "superseded", "interrupted"})
  void anAttemptThatWasGivenUpInTheLedgerIsOver(String state) {
    var ledger = new RevisionFence(1, state);

    assertThat(Verdict.of(version(5, 0), OPEN, document(), ledger)).isEqualTo(Verdict.ENDED);
    assertThat(Verdict.of(version(5, 1), OPEN, document(), ledger)).isEqualTo(Verdict.ENDED);
    assertThat(Verdict.of(version(5, 2), OPEN, document(), ledger)).isEqualTo(Verdict.ADMIT);
  }

  @Test
  void chunksOfAnOlderAttemptAreOverOnceTheRevisionIsTriedAgain() {
    var ledger = new RevisionFence(1, "pending");

    assertThat(Verdict.of(version(5, 0), OPEN, document(), ledger)).isEqualTo(Verdict.ENDED);
    assertThat(Verdict.of(version(5, 1), OPEN, document(), ledger)).isEqualTo(Verdict.ADMIT);
  }

  @Test
  void theLedgerSpeaksForTheGenerationThatQueriesSeeOnly() {
    var ledger = new RevisionFence(0, "failed");

    assertThat(Verdict.of(version(DOCUMENT, 2, 5, 0), OPEN, document(), ledger)).isEqualTo(Verdict.ADMIT);
  }

  @ParameterizedTest
  @CsvSource({"deleting, active", "active, deleting", "deleting, deleting"})
  void aKnowledgeBaseOnItsWayOutTakesNothing(String status, String tenantStatus) {
    assertThat(Verdict.of(version(5, 0), base(status, tenantStatus), document(), null))
        .isEqualTo(Verdict.KNOWLEDGE_BASE_GONE);
  }

  @ParameterizedTest
  @CsvSource({"active, disabled", "switching, active"})
  void aDisabledTenantsAndASwitchingKnowledgeBasesWorkGoesOn(String status, String tenantStatus) {
    assertThat(Verdict.of(version(5, 0), base(status, tenantStatus), document(), null)).isEqualTo(Verdict.ADMIT);
  }

  @Test
  void whatIsMissingIsToldApart() {
    assertThat(Verdict.of(version(5, 0), null, document(), null)).isEqualTo(Verdict.KNOWLEDGE_BASE_GONE);
    assertThat(Verdict.of(version(5, 0), OPEN, null, null)).isEqualTo(Verdict.UNKNOWN_DOCUMENT);
  }

  @Test
  void S4aVersionOfAnotherOwnerIsForeign() {
    var elsewhere = new UUID(9, 9);
    var ofOtherBase = new Version(Fixtures.TENANT, elsewhere, DOCUMENT, 1, 5, 0);
    var otherBase = new KnowledgeBaseFence(elsewhere, Fixtures.TENANT, "active", 1, "active",
        Route.only(Place.PARTITION), 1, Set.of());
    var ofOtherTenant = new Version(elsewhere, KB, DOCUMENT, 1, 5, 0);

    assertThat(Verdict.of(ofOtherBase, otherBase, document(), null)).isEqualTo(Verdict.FOREIGN);
    assertThat(Verdict.of(ofOtherTenant, OPEN, document(), null)).isEqualTo(Verdict.KNOWLEDGE_BASE_GONE);
  }

  @Test
  void S9whatIsShownIsWantedInAnotherGenerationThoughSomethingNewerWasInterrupted() {
    var live = document().withLive(Map.of(1, new Live(5, 0, 3))).withInterrupted(7, 0);
    var elsewhere = new Version(Fixtures.TENANT, KB, DOCUMENT, 2, 5, 0);
    var older = new Version(Fixtures.TENANT, KB, DOCUMENT, 2, 4, 0);

    assertThat(Verdict.of(elsewhere, OPEN, live, null)).isEqualTo(Verdict.ADMIT);
    assertThat(Verdict.of(older, OPEN, live, null)).isEqualTo(Verdict.INTERRUPTED);
  }

  @Test
  void S19nothingIsWrittenForAGenerationThatIsClosed() {
    var closed = new KnowledgeBaseFence(KB, Fixtures.TENANT, "active", 2, "active", Route.only(Place.PARTITION), 1,
        Set.of(1));

    assertThat(Verdict.of(version(5, 0), closed, document(), null)).isEqualTo(Verdict.GENERATION_CLOSED);
    assertThat(Verdict.GENERATION_CLOSED.isLate()).isTrue();
  }
}
