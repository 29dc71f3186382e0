package io.selfrag.catalog.index;

import static io.selfrag.catalog.index.Fixtures.DOCUMENT;
import static io.selfrag.catalog.index.Fixtures.KB;
import static io.selfrag.catalog.index.Fixtures.TENANT;
import static io.selfrag.catalog.index.Fixtures.event;
import static io.selfrag.catalog.index.Fixtures.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Stage;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** S14 without a database: how events move a document on. */
class DocumentStandingTest {
  @Test
  void S14theStateFollowsTheNewestRevision() {
    var standing = standing(null, 0, 0);

    assertThat(statuses(standing, queued(5), stage(5, Stage.PARSED), stage(5, Stage.INDEXED), queued(6),
        stage(6, Stage.CHUNKED), failed(6, 0))).containsExactly("pending", "processing", "completed", "pending",
            "processing", "failed");
    assertThat(standing.error().getCode()).isEqualTo("CORRUPT");
    assertThat(standing.newestRevision()).isEqualTo(6);
  }

  @Test
  void S14anOlderRevisionSaysNothingOfTheDocument() {
    var standing = standing(null, 0, 0);

    assertThat(statuses(standing, queued(5), queued(6), stage(6, Stage.INDEXED), failed(5, 0)))
        .containsExactly("pending", "pending", "completed", "completed");
    assertThat(standing.error()).isNull();
  }

  @ParameterizedTest
  @EnumSource(value = Stage.class, names = {"INDEXED", "UNCHANGED", "SUPERSEDED", "FAILED", "INTERRUPTED"})
  void S14terminalIsTerminalForEachAttempt(Stage end) {
    var standing = standing(null, 0, 0);
    assertThat(standing.apply(end(5, 0, end))).isTrue();
    var before = standing.changedRevisions();

    var others = Stream.of(Stage.INDEXED, Stage.UNCHANGED, Stage.SUPERSEDED, Stage.FAILED, Stage.INTERRUPTED)
        .filter(it -> it != end).map(it -> standing.apply(end(5, 0, it))).toList();
    standing.apply(stage(5, Stage.PARSED));

    assertThat(others).as("told on the timeline").containsOnly(false);
    assertThat(standing.changedRevisions()).isEqualTo(before);
  }

  @Test
  void S14aHigherAttemptOpensTheRevisionAgainAndTheOldOneIsOver() {
    var standing = standing(null, 0, 0);
    statuses(standing, queued(5), failed(5, 0));

    assertThat(statuses(standing, event(5, 1, Stage.QUEUED).build(), failed(5, 0), stage(5, Stage.PARSED)))
        .containsOnly("pending");
    assertThat(statuses(standing, event(5, 1, Stage.INDEXED).build())).containsExactly("completed");
    assertThat(standing.changedRevisions()).singleElement().satisfies(it -> {
      assertThat(it.attempt()).isEqualTo(1);
      assertThat(it.state()).isEqualTo("indexed");
      assertThat(it.error()).isNull();
    });
  }

  @Test
  void progressNeverGoesBack() {
    var standing = standing(null, 0, 0);

    assertThat(statuses(standing, stage(5, Stage.CHUNKED), queued(5))).containsOnly("processing");
  }

  @Test
  void S6anUnchangedRevisionStandsAsTheOneItEquals() {
    var standing = standing(null, 0, 0);
    var unchanged = event(6, 0, Stage.UNCHANGED).setEqualsRevision(5L).build();

    assertThat(statuses(standing, queued(5), unchanged, stage(5, Stage.INDEXED)))
        .containsExactly("pending", "pending", "completed");
    assertThat(statuses(standing(null, 0, 0), queued(5), unchanged, failed(5, 0)))
        .containsExactly("pending", "pending", "failed");
  }

  @ParameterizedTest
  @EnumSource(value = Stage.class, names = {"FAILED", "SUPERSEDED", "INTERRUPTED"})
  void I8whatIsLiveDidNotFailWhoeverSaysSo(Stage claimed) {
    var standing = standing(new Live(5, 1, 3), 0, 0);
    statuses(standing, event(5, 1, Stage.QUEUED).build());

    assertThat(standing.apply(end(5, 1, claimed))).isFalse();
    assertThat(standing.status()).isEqualTo("pending");
    assertThat(standing.failedRevisions()).as("nothing of it may be purged").isEmpty();
    assertThat(statuses(standing, event(5, 1, Stage.INDEXED).build())).containsExactly("completed");
  }

  @Test
  void anInterruptThatCameBeforeItsUploadLeavesTheDocumentInterrupted() {
    var early = standing(null, 0, 7);
    var late = standing(null, 0, 0);

    assertThat(statuses(early, stage(5, Stage.SUPERSEDED))).containsExactly("interrupted");
    assertThat(statuses(late, stage(5, Stage.SUPERSEDED))).containsExactly("pending");
  }

  @Test
  void anInterruptThatIsTriedAgainBringsContent() {
    var standing = standing(null, 0, 7);
    statuses(standing, queued(5), stage(7, Stage.INTERRUPTED), stage(5, Stage.INTERRUPTED));

    assertThat(statuses(standing, event(7, 1, Stage.QUEUED).build(), event(7, 1, Stage.INDEXED).build()))
        .containsExactly("pending", "completed");
    assertThat(standing.resumedRevisions()).extracting(RevisionRow::kind, RevisionRow::revision)
        .containsExactly(tuple("upsert", 7L));
    assertThat(standing.newestRevision()).isEqualTo(7);
  }

  @Test
  void aDeleteThatNewerContentOvertookIsFinishedByUs() {
    var standing = standing(null, 10, 0);
    standing.know(new RevisionRow(DOCUMENT, 10, 0, "delete", "pending", null, null, null, null, null));

    standing.apply(stage(10, Stage.SUPERSEDED));

    assertThat(standing.hasOvertakenDelete()).isTrue();
    assertThat(standing(null, 0, 0).hasOvertakenDelete()).isFalse();
  }

  @Test
  void anEventOfAnotherGenerationSaysNothingOfTheDocument() {
    var standing = standing(null, 0, 0);
    var elsewhere = event(5, 0, Stage.FAILED).setGeneration(2).build();

    assertThat(statuses(standing, queued(5), elsewhere)).containsOnly("pending");
    assertThat(standing.failedRevisions()).isEmpty();
  }

  @Test
  void F18aStageOfANewerSchemaOpensNothing() {
    var standing = standing(null, 0, 0);

    assertThat(standing.apply(stage(5, Stage.UNKNOWN))).isTrue();
    assertThat(standing.isChanged()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Stage.class, mode = Mode.EXCLUDE, names = {"UNKNOWN", "FAILED"})
  void applyingAnEventAgainChangesNothing(Stage stage) {
    var standing = standing(null, 0, 0);
    standing.apply(stage(5, stage));
    var before = standing.changedRevisions();

    standing.apply(stage(5, stage));

    assertThat(standing.changedRevisions()).isEqualTo(before);
  }

  private static DocumentStanding standing(@Nullable Live live, long deleted, long interrupted) {
    return new DocumentStanding(new DocumentStanding.Owner(TENANT, KB, DOCUMENT),
        new DocumentStanding.Index(1, live, deleted, interrupted), 0, 0, "pending", null, null);
  }

  private static List<String> statuses(DocumentStanding standing, DocumentEvent... events) {
    return Stream.of(events).map(it -> {
      standing.apply(it);
      return standing.status();
    }).toList();
  }

  private static DocumentEvent queued(long revision) {
    return stage(revision, Stage.QUEUED);
  }

  private static DocumentEvent stage(long revision, Stage stage) {
    return event(revision, 0, stage).build();
  }

  private static DocumentEvent end(long revision, int attempt, Stage stage) {
    return stage == Stage.FAILED ? failed(revision, attempt) : event(revision, attempt, stage).build();
  }
}
