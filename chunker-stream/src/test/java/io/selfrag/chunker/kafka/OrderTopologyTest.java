package io.selfrag.chunker.kafka;

import static io.selfrag.chunker.Fixtures.DOCUMENT;
import static io.selfrag.chunker.Fixtures.GENERATION;
import static io.selfrag.chunker.Fixtures.KB;
import static io.selfrag.chunker.Fixtures.TENANT;
import static io.selfrag.chunker.Fixtures.command;
import static io.selfrag.chunker.Fixtures.spec;
import static io.selfrag.chunker.Fixtures.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.CollectionDeleted;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.GenerationClosed;
import io.selfrag.schemas.avro.GenerationOpened;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.Reprocess;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.schemas.avro.Upsert;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderTopologyTest {
  private final OrderRig rig = new OrderRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void anUpsertBecomesAVersionOfItsLane() {
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 100L, upsert("text", "title")));
    rig.send(Lane.BULK, command(new UUID(3, 4), 100L, upsert("text", "title")));

    assertThat(rig.versions(Lane.INTERACTIVE)).singleElement().satisfies(it -> {
      assertThat(it.getDocumentId()).isEqualTo(DOCUMENT);
      assertThat(it.getRevision()).isEqualTo(100);
      assertThat(it.getTitle()).isEqualTo("title");
      assertThat(it.getGenerations()).containsExactly(GENERATION);
    });
    assertThat(rig.versions(Lane.BULK)).hasSize(1);
    assertThat(rig.events()).extracting(DocumentEvent::getStage).containsExactly(Stage.QUEUED, Stage.QUEUED);
    assertThat(rig.lookups).isEqualTo(1);
  }

  @Test
  void headersGoFromACommandToAllThatFollows() {
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    headers.add(RecordHeaders.REQUEST_ID, "r-1".getBytes());
    var command = command(DOCUMENT, 100L, upsert("text", "title"));

    rig.sendRaw("t.documents", DOCUMENT.toString().getBytes(), rig.codec.encode(command), headers);

    for (String topic : List.of("t.versions", "t.document-events")) {
      assertThat(rig.raw(topic)).singleElement()
          .satisfies(it -> assertThat(OrderRig.header(it, RecordHeaders.REQUEST_ID)).isEqualTo("r-1"));
    }
  }

  @Test
  void S1aBulkUpsertProcessedAfterAnInteractiveDeleteDoesNotBringTheDocumentBack() {
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 200L, new Delete()));
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("text", "title")));

    assertThat(rig.notices(Lane.INTERACTIVE)).singleElement().isInstanceOf(DocumentDeleted.class);
    assertThat(rig.versions(Lane.BULK)).isEmpty();
    assertThat(rig.events()).singleElement().satisfies(it -> {
      assertThat(it.getStage()).isEqualTo(Stage.SUPERSEDED);
      assertThat(it.getRevision()).isEqualTo(100);
    });
  }

  @Test
  void S1aCommandWithoutARevisionTakesTheAppendTimeAndIntroducesItsDocument() {
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, null, upsert("text", "title")));

    long revision = rig.versions(Lane.INTERACTIVE).getFirst().getRevision();
    assertThat(revision / 1000).isEqualTo(OrderRig.NOW.toEpochMilli());
    assertThat(rig.events()).singleElement().satisfies(it -> {
      assertThat(it.getRevision()).isEqualTo(revision);
      assertThat(it.getDocument().getAttributes().getTitle()).isEqualTo("title");
      assertThat(it.getDocument().getSize()).isEqualTo(4);
      assertThat(it.getDocument().getLane()).isEqualTo("interactive");
    });
  }

  @Test
  void S6whatComesFromOutsideIsIntroducedThoughItIsUnchanged() {
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 100L, upsert("text", "title")));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 200L, upsert("text", "title")));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, null, upsert("text", "title")));

    var events = rig.events();
    assertThat(events).extracting(DocumentEvent::getStage).containsExactly(Stage.QUEUED, Stage.UNCHANGED,
        Stage.UNCHANGED);
    assertThat(events.get(1).getDocument()).isNull();
    assertThat(events.get(2).getDocument().getSize()).isEqualTo(4);
  }

  @Test
  void S6afterAFailureTheSameBytesAreProcessedAgain() {
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 100L, upsert("text", "title")));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 200L, upsert("text", "title")));
    rig.send(event(100, Stage.FAILED));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 300L, upsert("text", "title")));

    assertThat(rig.versions(Lane.INTERACTIVE)).extracting(DocumentVersion::getRevision).containsExactly(100L, 300L);
    assertThat(rig.events()).extracting(DocumentEvent::getStage, DocumentEvent::getEqualsRevision).containsExactly(
        org.assertj.core.groups.Tuple.tuple(Stage.QUEUED, null),
        org.assertj.core.groups.Tuple.tuple(Stage.UNCHANGED, 100L),
        org.assertj.core.groups.Tuple.tuple(Stage.QUEUED, null));
  }

  @Test
  void S9aGenerationOpensInTheLogAndKnownDocumentsAreListedForIt() {
    var second = new UUID(3, 4);
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("one", "title")));
    rig.send(Lane.BULK, command(second, 110L, upsert("two", "title")));
    rig.send(Lane.BULK, command(second, 120L, new Delete()));
    rig.versions(Lane.BULK);

    rig.send(Lane.BULK, command(KB, null, new GenerationOpened(2, spec("sentence"), true)));
    rig.send(Lane.BULK, command(DOCUMENT, 130L, upsert("one, changed", "title")));
    rig.driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(rig.versions(Lane.BULK)).singleElement().satisfies(
        it -> assertThat(it.getGenerations()).extracting(GenerationSpec::getGeneration).containsExactly(1, 2));
    assertThat(rig.read("t.documents.bulk")).singleElement().isInstanceOfSatisfying(DocumentCommand.class, it -> {
      assertThat(it.getDocumentId()).isEqualTo(DOCUMENT);
      assertThat(it.getRevision()).isEqualTo(130);
      assertThat(it.getCommand()).isEqualTo(new Reprocess(2));
    });
  }

  @Test
  void S9aReprocessFillsOneGenerationAndANewerRevisionDropsIt() {
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("one", "title")));
    rig.versions(Lane.BULK);
    rig.send(Lane.BULK, command(KB, null, new GenerationOpened(2, spec("sentence"), false)));

    rig.send(Lane.BULK, command(DOCUMENT, 99L, new Reprocess(2)));
    rig.send(Lane.BULK, command(DOCUMENT, 100L, new Reprocess(2)));
    rig.send(Lane.BULK, command(DOCUMENT, 100L, new Reprocess(2)));

    assertThat(rig.versions(Lane.BULK)).singleElement().satisfies(
        it -> assertThat(it.getGenerations()).extracting(GenerationSpec::getGeneration).containsExactly(2));
  }

  @Test
  void S9aListingOfManyDocumentsGoesOnInSlices() {
    int documents = 2 * ListingWalk.SLICE + 7;
    for (int i = 0; i < documents; i++) {
      rig.send(Lane.BULK, command(new UUID(7, i), 100L, upsert("text", "title")));
    }
    rig.send(Lane.BULK, command(KB, null, new GenerationOpened(2, spec("sentence"), true)));

    rig.driver.advanceWallClockTime(Duration.ofMillis(100));
    assertThat(rig.read("t.documents.bulk")).hasSize(ListingWalk.SLICE);
    rig.driver.advanceWallClockTime(Duration.ofMillis(100));
    rig.driver.advanceWallClockTime(Duration.ofMillis(100));
    rig.driver.advanceWallClockTime(Duration.ofMillis(100));

    assertThat(rig.read("t.documents.bulk")).hasSize(documents - ListingWalk.SLICE)
        .extracting(it -> ((DocumentCommand) it).getDocumentId()).doesNotHaveDuplicates();
  }

  @Test
  void aClosedGenerationIsNoLongerProcessedFor() {
    rig.send(Lane.BULK, command(KB, null, new GenerationOpened(2, spec("sentence"), true)));
    rig.send(Lane.BULK, command(KB, null, new GenerationClosed(1)));
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("one", "title")));

    assertThat(rig.versions(Lane.BULK).getFirst().getGenerations()).extracting(GenerationSpec::getGeneration)
        .containsExactly(2);
  }

  @Test
  void aDeletedKnowledgeBaseForgetsItsDocumentsAndDropsWhatIsStillUnderWay() {
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("one", "title")));
    rig.versions(Lane.BULK);
    rig.send(Lane.BULK, command(KB, null, new CollectionDeleted()));
    rig.driver.advanceWallClockTime(Duration.ofSeconds(1));
    rig.send(Lane.BULK, command(DOCUMENT, 110L, upsert("two", "title")));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, null, upsert("three", "title")));

    assertThat(rig.state(DOCUMENT)).isNull();
    assertThat(rig.versions(Lane.BULK)).isEmpty();
    assertThat(rig.raw("t.documents.bulk.dlt")).isEmpty();
    assertThat(rig.deadLetters(PipelineTopic.DOCUMENTS)).singleElement()
        .satisfies(it -> assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("KB_NOT_FOUND"));
  }

  @Test
  void whatCannotBeReadOrPlacedGoesToTheDeadLettersAndNeighboursAreUnharmed() {
    byte[] good = rig.codec.encode(command(DOCUMENT, 100L, upsert("text", "title")));
    byte[] external = rig.codec.encode(command(DOCUMENT, 100L,
        Upsert.newBuilder(upsert("text", "title")).setExternalId("not-this-one").build()));
    byte[] key = DOCUMENT.toString().getBytes();

    byte[] unknownSchema = good.clone();
    unknownSchema[5] ^= 1;

    rig.sendRaw("t.documents", key, "no avro at all".getBytes());
    rig.sendRaw("t.documents", key, unknownSchema);
    rig.sendRaw("t.documents", null, null);
    rig.sendRaw("t.documents", null, good);
    rig.sendRaw("t.documents", new UUID(9, 9).toString().getBytes(), good);
    rig.sendRaw("t.documents", new byte[]{(byte) 0xff, 1}, good);
    rig.sendRaw("t.documents", key, external);
    rig.sendRaw("t.documents", key, rig.codec.encode(event(1, Stage.QUEUED)));
    rig.sendRaw("t.documents", key, good);

    assertThat(rig.versions(Lane.INTERACTIVE)).hasSize(1);
    var letters = rig.deadLetters(PipelineTopic.DOCUMENTS);
    assertThat(letters).extracting(it -> OrderRig.header(it, RecordHeaders.DLT_CODE)).containsExactly("UNDECODABLE",
        "UNDECODABLE", "UNDECODABLE", "BAD_KEY", "BAD_KEY", "BAD_KEY", "BAD_KEY", "UNDECODABLE");
    assertThat(letters).allSatisfy(it -> {
      assertThat(OrderRig.header(it, RecordHeaders.DLT_STAGE)).isEqualTo("order");
      assertThat(OrderRig.header(it, RecordHeaders.DLT_TOPIC)).isEqualTo("t.documents");
    });
    assertThat(OrderRig.header(letters.get(1), RecordHeaders.DLT_MESSAGE)).contains("unknown schema fingerprint");
    assertThat(letters.get(1).value()).isEqualTo(unknownSchema);
    assertThat(letters.get(3).key()).isNull();
    assertThat(letters.get(3).value()).isEqualTo(good);
    assertThat(OrderRig.header(letters.get(4), RecordHeaders.DLT_OFFSET)).isEqualTo("4");
    assertThat(rig.events()).filteredOn(it -> it.getStage() == Stage.FAILED).hasSize(4)
        .allSatisfy(it -> assertThat(it.getError().getCode()).isEqualTo("BAD_KEY"));
    assertThat(rig.meters.counter("selfrag.deadletters", "topic", "t.documents", "code", "BAD_KEY").count())
        .isEqualTo(4);
  }

  @Test
  void anEventThatCannotBeReadIsGivenUpAndTheNextOneIsLearned() {
    byte[] key = DOCUMENT.toString().getBytes();
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 100L, upsert("text", "title")));

    rig.sendRaw("t.document-events", key, "no avro at all".getBytes());
    rig.sendRaw("t.document-events", key, rig.codec.encode(command(DOCUMENT, 100L, upsert("text", "title"))));
    rig.send(event(100, Stage.FAILED));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 200L, upsert("text", "title")));

    assertThat(rig.deadLetters(PipelineTopic.DOCUMENT_EVENTS)).hasSize(2)
        .allSatisfy(it -> assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("UNDECODABLE"));
    assertThat(rig.versions(Lane.INTERACTIVE)).extracting(DocumentVersion::getRevision).containsExactly(100L, 200L);
  }

  @Test
  void aCommandForAWholeKnowledgeBaseThatIsUnknownIsGivenUpWithoutAnEvent() {
    rig.catalog.clear();
    rig.send(Lane.INTERACTIVE, command(KB, null, new GenerationOpened(2, spec("sentence"), true)));

    assertThat(rig.deadLetters(PipelineTopic.DOCUMENTS)).hasSize(1);
    assertThat(rig.events()).isEmpty();
  }

  @Test
  void S9aGenerationFromTheLogAndOneFromTheCatalogAreTheSame() {
    rig.send(Lane.BULK, command(DOCUMENT, 100L, upsert("one", "title")));
    var spelledOtherwise = new io.selfrag.schemas.avro.ProcessingSpec("recursive", " { } ", "auto",
        GENERATION.getSpec().getModels());
    rig.send(Lane.BULK, command(KB, null, new GenerationOpened(1, spelledOtherwise, false)));
    rig.send(Lane.BULK, command(DOCUMENT, 200L, upsert("one", "title")));

    assertThat(rig.versions(Lane.BULK)).hasSize(1);
    assertThat(rig.events()).last().satisfies(it -> assertThat(it.getStage()).isEqualTo(Stage.UNCHANGED));
  }

  @Test
  void S4aTenantCannotWriteIntoTheKnowledgeBaseOfAnother() {
    var command = DocumentCommand.newBuilder(command(DOCUMENT, 100L, upsert("text", "title")))
        .setTenantId(new UUID(8, 8)).build();
    rig.send(Lane.INTERACTIVE, command(new UUID(3, 9), 100L, upsert("text", "title")));
    rig.send(Lane.INTERACTIVE, command);

    assertThat(rig.versions(Lane.INTERACTIVE)).hasSize(1);
    assertThat(rig.deadLetters(PipelineTopic.DOCUMENTS)).singleElement()
        .satisfies(it -> assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("KB_NOT_FOUND"));
  }

  @Test
  void S4theDocumentIdOfAnExternalIdFollowsFromIt() {
    var id = Ids.documentId(KB, "sku-1");
    rig.send(Lane.INTERACTIVE,
        command(id, null, Upsert.newBuilder(upsert("text", "title")).setExternalId("sku-1").build()));

    assertThat(rig.versions(Lane.INTERACTIVE)).singleElement();
    assertThat(rig.events().getFirst().getDocument().getExternalId()).isEqualTo("sku-1");
  }

  @Test
  void S9anOutageOfTheCatalogIsWaitedOutAndNeverSkipped() {
    rig.outages.add(new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "away"));
    rig.outages.add(new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "away"));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, 100L, upsert("text", "title")));

    assertThat(rig.versions(Lane.INTERACTIVE)).hasSize(1);
    assertThat(rig.deadLetters(PipelineTopic.DOCUMENTS)).isEmpty();
  }

  @Test
  void S21anExternalDocumentAboveTheQuotaFails() {
    rig.refusals.add(new SelfRagException(ErrorCode.QUOTA_EXCEEDED, "used up"));
    rig.send(Lane.INTERACTIVE, command(DOCUMENT, null, upsert("text", "title")));
    rig.send(Lane.INTERACTIVE, command(new UUID(3, 4), 100L, upsert("text", "title")));

    assertThat(rig.versions(Lane.INTERACTIVE)).singleElement()
        .satisfies(it -> assertThat(it.getRevision()).isEqualTo(100));
    assertThat(rig.state(DOCUMENT)).isNull();
    assertThat(rig.events().getFirst().getError().getCode()).isEqualTo("QUOTA_EXCEEDED");
    assertThat(rig.deadLetters(PipelineTopic.DOCUMENTS)).hasSize(1);
    assertThat(rig.audited).singleElement().satisfies(it -> {
      assertThat(it.documentId()).isEqualTo(DOCUMENT);
      assertThat(it.refused()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    });
  }

  private static DocumentEvent event(long revision, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(DOCUMENT)
        .setRevision(revision).setStage(stage).setAt(OrderRig.NOW).build();
  }
}
