package io.selfrag.chunker.order;

import static io.selfrag.chunker.Fixtures.DOCUMENT;
import static io.selfrag.chunker.Fixtures.GENERATION;
import static io.selfrag.chunker.Fixtures.attributes;
import static io.selfrag.chunker.Fixtures.command;
import static io.selfrag.chunker.Fixtures.spec;
import static io.selfrag.chunker.Fixtures.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Baseline;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Reprocess;
import io.selfrag.schemas.avro.Retry;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.schemas.avro.Standing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentOrderTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private DocumentState state;
  private final List<Output> outputs = new ArrayList<>();
  private long offset;
  private List<GenerationSpec> open = List.of(GENERATION);

  @Test
  void S1anOlderUpsertIsSuperseded() {
    send(200, upsert("new", "t"));
    send(100, upsert("old", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision).containsExactly(200L);
    assertThat(lastEvent().getStage()).isEqualTo(Stage.SUPERSEDED);
  }

  @Test
  void S1aCommandSeenBeforeFollowsInNothing() {
    send(100, upsert("text", "t"));
    send(110, new Delete());
    outputs.clear();
    send(110, new Delete());
    send(100, upsert("text", "t"));

    assertThat(outputs).singleElement().isInstanceOf(Output.Event.class);
    assertThat(lastEvent().getStage()).isEqualTo(Stage.SUPERSEDED);
    assertThat(DocumentOrder.isDeleted(state)).isTrue();
  }

  @Test
  void S1anUpsertOlderThanTheAttributesKeepsItsContentAndDropsItsAttributes() {
    send(200, new Patch(attributes("patched")));
    send(100, upsert("text", "uploaded"));

    assertThat(versions()).singleElement().satisfies(it -> assertThat(it.getTitle()).isEqualTo("patched"));
    assertThat(state.getAttributesRevision()).isEqualTo(200);
    assertThat(state.getContentRevision()).isEqualTo(100);
  }

  @Test
  void S1aRetryKeepsTheRevisionAndTakesItsAttempt() {
    send(100, upsert("text", "t"));
    send(100, 1, new Retry());
    send(100, 1, new Retry());
    send(100, 0, upsert("text", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision, DocumentVersion::getAttempt).containsExactly(
        org.assertj.core.groups.Tuple.tuple(100L, 0), org.assertj.core.groups.Tuple.tuple(100L, 1));
    assertThat(versions().getLast().getContent()).isInstanceOf(ContentReference.class);
  }

  @Test
  void S1aRetryThatOvertakesItsUpsertIsKeptForIt() {
    send(100, 1, new Retry());
    send(100, upsert("text", "t"));

    assertThat(versions()).singleElement().satisfies(it -> assertThat(it.getAttempt()).isEqualTo(1));
  }

  @Test
  void aRetryAfterADeleteIsSuperseded() {
    send(100, upsert("text", "t"));
    send(110, new Delete());
    send(100, 1, new Retry());
    send(110, 2, new Retry());

    assertThat(versions()).hasSize(1);
    assertThat(DocumentOrder.isDeleted(state)).isTrue();
  }

  @Test
  void aDeleteCountsAlthoughAnInterruptOvertookIt() {
    send(100, upsert("text", "t"));
    send(120, new Interrupt());
    send(110, new Delete());

    assertThat(notices()).last().isInstanceOf(DocumentDeleted.class);
    assertThat(DocumentOrder.isDeleted(state)).isTrue();
    assertThat(state.getContentRevision()).isEqualTo(120);
  }

  @Test
  void anInterruptedVersionIsProcessedAgainByARetryOfTheInterrupt() {
    send(120, new Interrupt());
    send(100, upsert("text", "t"));
    send(120, 1, new Retry());

    assertThat(versions()).singleElement().satisfies(it -> {
      assertThat(it.getRevision()).isEqualTo(120);
      assertThat(it.getAttempt()).isEqualTo(1);
    });
  }

  @Test
  void S6sameBytesSpecAndAttributesAreUnchanged() {
    send(100, upsert("text", "t"));
    send(200, upsert("text", "t"));

    assertThat(versions()).hasSize(1);
    assertThat(notices()).isEmpty();
    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
    assertThat(lastEvent().getEqualsRevision()).isEqualTo(100);
    assertThat(state.getContentRevision()).isEqualTo(200);
  }

  @Test
  void S6onlyAttributesDifferIsAPatchAndNoEmbedding() {
    send(100, upsert("text", "before"));
    send(200, upsert("text", "after"));

    assertThat(versions()).hasSize(1);
    assertThat(notices()).singleElement().isInstanceOfSatisfying(DocumentPatched.class, it -> {
      assertThat(it.getRevision()).isEqualTo(200);
      assertThat(it.getAttributes().getTitle()).isEqualTo("after");
    });
    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
  }

  @Test
  void S6anotherSpecIsNotUnchanged() {
    send(100, upsert("text", "t"));
    open = List.of(GENERATION, new GenerationSpec(2, spec("sentence")));
    send(200, upsert("text", "t"));
    open = List.of(new GenerationSpec(2, spec("sentence")));
    send(300, upsert("text", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision).containsExactly(100L, 200L);
    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
  }

  @Test
  void S6afterDeleteInterruptOrFailureNothingIsUnchanged() {
    send(100, upsert("text", "t"));
    send(110, new Delete());
    send(120, upsert("text", "t"));
    send(130, new Interrupt());
    send(140, upsert("text", "t"));
    learn(140, 0, Stage.FAILED, null);
    send(150, upsert("text", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision).containsExactly(100L, 120L, 140L, 150L);
  }

  @Test
  void S6anUploadThatOvertakesADeleteInTheOutboxIsNotUnchanged() {
    var again = Upsert.newBuilder(upsert("text", "t")).setDeletedRevision(110L).build();
    send(100, upsert("text", "t"));
    send(120, again);
    send(110, new Delete());

    assertThat(versions()).extracting(DocumentVersion::getRevision).containsExactly(100L, 120L);
    assertThat(lastEvent().getStage()).isEqualTo(Stage.SUPERSEDED);
  }

  @Test
  void S6aDeleteThatComesLateMakesAnUploadThatWasUnchangedBringItsContentAfterAll() {
    send(100, upsert("text", "t"));
    learn(100, 0, Stage.INDEXED, 1);
    send(120, upsert("text", "t")); // from a stranger, who names no delete
    send(110, new Delete());

    assertThat(versions()).extracting(DocumentVersion::getRevision, DocumentVersion::getAttempt).containsExactly(
        org.assertj.core.groups.Tuple.tuple(100L, 0), org.assertj.core.groups.Tuple.tuple(120L, 1));
    assertThat(versions().getLast().getContent()).isInstanceOf(ContentReference.class);
    assertThat(versions().getLast().getContentSha256()).isEqualTo(sha256("text"));
    assertThat(events()).extracting(DocumentEvent::getStage, DocumentEvent::getRevision, DocumentEvent::getAttempt)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Stage.QUEUED, 100L, 0),
            org.assertj.core.groups.Tuple.tuple(Stage.UNCHANGED, 120L, 0),
            org.assertj.core.groups.Tuple.tuple(Stage.SUPERSEDED, 110L, 0),
            org.assertj.core.groups.Tuple.tuple(Stage.QUEUED, 120L, 1));
    assertThat(notices()).isEmpty();
    assertThat(state.getLive()).isNull();

    outputs.clear();
    send(110, new Delete());
    send(105, new Delete());
    send(130, upsert("text", "t"));
    assertThat(versions()).isEmpty();
    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
    assertThat(lastEvent().getEqualsRevision()).isEqualTo(120);
  }

  @Test
  void S6aDeleteThatComesLateGivesAnUploadItsOwnChanceThoughWhatItEqualledFailed() {
    send(100, upsert("text", "t"));
    send(120, upsert("text", "t"));
    learn(100, 0, Stage.FAILED, null);
    send(110, new Delete());
    learn(100, 0, Stage.FAILED, null);
    send(130, upsert("text", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision).containsExactly(100L, 120L);
    assertThat(lastEvent().getEqualsRevision()).isEqualTo(120);
  }

  @Test
  void S6aDeleteThatComesLateBringsBackNothingThatWasInterrupted() {
    send(100, upsert("text", "t"));
    send(120, upsert("text", "t"));
    send(130, new Interrupt());
    send(110, new Delete());
    assertThat(versions()).hasSize(1);

    send(130, 1, new Retry());

    assertThat(versions().getLast().getRevision()).isEqualTo(130);
    assertThat(versions().getLast().getContentSha256()).isEqualTo(sha256("text"));
  }

  @Test
  void S6theFailureOfAnOlderAttemptDoesNotClearTheHash() {
    send(100, upsert("text", "t"));
    send(100, 1, new Retry());
    learn(100, 0, Stage.FAILED, null);
    send(200, upsert("text", "t"));

    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
  }

  @Test
  void afterAFailedReplacementAReprocessTakesWhatIsLive() {
    send(100, upsert("good", "t"));
    learn(100, 0, Stage.INDEXED, 1);
    send(200, upsert("bad", "t"));
    learn(200, 0, Stage.FAILED, null);
    open = List.of(GENERATION, new GenerationSpec(2, spec("sentence")));
    send(200, new Reprocess(2));

    assertThat(versions()).last().satisfies(it -> {
      assertThat(it.getRevision()).isEqualTo(100);
      assertThat(it.getContentSha256()).isEqualTo(sha256("good"));
      assertThat(it.getGenerations()).extracting(GenerationSpec::getGeneration).containsExactly(2);
    });
  }

  @Test
  void aBaselineRestoresWhatUnchangedAndReprocessNeed() {
    send(0, new Baseline(100L, 100L, 2, sha256("text"), Fingerprints.of(attributes("t")), "", List.of(1), false, 4L,
        "t", null, null));
    send(200, upsert("text", "t"));
    open = List.of(GENERATION, new GenerationSpec(2, spec("sentence")));
    send(200, new Reprocess(2));

    assertThat(lastEvent().getStage()).isEqualTo(Stage.UNCHANGED);
    assertThat(versions()).singleElement().satisfies(it -> {
      assertThat(it.getRevision()).isEqualTo(100);
      assertThat(it.getAttempt()).isEqualTo(2);
      assertThat(it.getTitle()).isEqualTo("t");
    });
  }

  @Test
  void aBaselineOlderThanWhatIsKnownChangesNothing() {
    send(100, upsert("text", "t"));
    var before = state;
    send(0, new Baseline(90L, 90L, 0, null, "", "", List.of(), true, 0L, "", null, null));

    assertThat(state).isEqualTo(before);
  }

  @Test
  void S1revisionsOfCommandsWithoutOneRiseWithTheOffsetWithinALane() {
    sendExternal(998, upsert("a", "t"));
    sendExternal(999, upsert("b", "t"));
    sendExternal(1000, upsert("c", "t"));
    sendExternal(5000, upsert("d", "t"));

    assertThat(versions()).extracting(DocumentVersion::getRevision).isSorted().hasSize(4).doesNotHaveDuplicates();
    assertThat(versions().getLast().getContentSha256()).isEqualTo(sha256("d"));
  }

  @Test
  void S1replayingCommandsWithoutARevisionDoesNotMakeOldContentNewest() {
    sendExternal(1, upsert("a", "t"));
    sendExternal(2, upsert("b", "t"));
    var before = state;
    outputs.clear();
    sendExternal(1, upsert("a", "t"));
    sendExternal(2, upsert("b", "t"));

    assertThat(state).isEqualTo(before);
    assertThat(outputs).isEmpty();
  }

  private void send(long revision, Object body) {
    send(revision, 0, body);
  }

  private void send(long revision, int attempt, Object body) {
    apply(command(DOCUMENT, revision, attempt, body), offset++);
  }

  private void sendExternal(long at, Object body) {
    apply(command(DOCUMENT, null, body), at);
  }

  private void apply(DocumentCommand command, long at) {
    RevisionedCommand.of(state, command, new Arrival(Lane.INTERACTIVE, at, NOON)).ifPresent(it -> {
      var decision = DocumentOrder.decide(state, it, open);
      state = decision.state();
      outputs.addAll(decision.outputs());
    });
  }

  private void learn(long revision, int attempt, Stage stage, Integer generation) {
    var key = DocumentKey.of(command(DOCUMENT, 1L, new Delete()));
    state = DocumentOrder.learn(state,
        DocumentEvent.newBuilder().setTenantId(key.tenantId()).setKnowledgeBaseId(key.knowledgeBaseId())
            .setDocumentId(DOCUMENT).setRevision(revision).setAttempt(attempt).setStage(stage).setGeneration(generation)
            .setAt(NOON).build());
    assertThat(state.getStanding()).isIn((Object[]) Standing.values());
  }

  private List<DocumentVersion> versions() {
    return outputs.stream().filter(Output.Version.class::isInstance).map(it -> ((Output.Version) it).version())
        .toList();
  }

  private List<Object> notices() {
    return outputs.stream().filter(Output.Notice.class::isInstance).map(it -> (Object) ((Output.Notice) it).notice())
        .toList();
  }

  private DocumentEvent lastEvent() {
    return events().getLast();
  }

  private List<DocumentEvent> events() {
    return outputs.stream().filter(Output.Event.class::isInstance).map(it -> ((Output.Event) it).event()).toList();
  }

  private static Sha256 sha256(String text) {
    return new Sha256(Fingerprints.sha256(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }
}
