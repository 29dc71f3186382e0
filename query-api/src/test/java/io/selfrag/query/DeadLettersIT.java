package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.DeadLetterRow;
import io.selfrag.catalog.index.DeadLetterRows;
import io.selfrag.catalog.index.EventProjection;
import io.selfrag.catalog.index.Version;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class DeadLettersIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);
  private static final AvroCodec CODEC = new AvroCodec();
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final AtomicLong OFFSETS = new AtomicLong(1000);

  @Test
  void lettersAreListedNewestFirstAndFiltered() {
    var tenant = UUID.randomUUID();
    var first = letter(tenant, null, PipelineTopic.CHUNKS, "embed", "WRONG_DIMENSION", THEN, "a".getBytes(), Map.of());
    var second = letter(tenant, null, PipelineTopic.DOCUMENTS, "order", "BAD_KEY", THEN.plusSeconds(60), null,
        Map.of("request-id", "r-1"));

    assertThat(ids("tenant_id=" + tenant)).containsExactly(second, first);
    assertThat(ids("tenant_id=" + tenant + "&stage=embed")).containsExactly(first);
    assertThat(ids("tenant_id=" + tenant + "&code=BAD_KEY")).containsExactly(second);
    assertThat(ids("tenant_id=" + tenant + "&topic=" + SERVICE.topics.of(PipelineTopic.CHUNKS)))
        .containsExactly(first);
    assertThat(ids("tenant_id=" + tenant + "&since=" + THEN.plusSeconds(1))).containsExactly(second);
    assertThat(ids("tenant_id=" + tenant + "&until=" + THEN.plusSeconds(1))).containsExactly(first);
    assertThat(ids("tenant_id=" + tenant + "&page=2&page_size=1")).containsExactly(first);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters?tenant_id=" + tenant).at("/total")).isEqualTo("2");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters?since=yesterday").status()).isEqualTo(422);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters?page_size=101").status()).isEqualTo(422);
  }

  @Test
  void listsAreReadByWhoReadsReports() {
    SERVICE.get(As.OPERATOR, "/admin/dead-letters");
    assertThat(lastReports()).anyMatch(it -> it.contains("dead_letters"));

    SERVICE.get(As.OPERATOR, "/admin/audit-log");
    assertThat(lastReports()).anyMatch(it -> it.contains("audit_log"));
  }

  private static List<String> lastReports() {
    return SERVICE.column("select query from pg_stat_activity where usename = '" + QueryService.REPORTS + "'");
  }

  @Test
  void aLetterIsShownWithItsCauseAndHeadersAndNeverWithItsContent() {
    var id = letter(UUID.randomUUID(), null, PipelineTopic.CHUNKS, "embed", "WRONG_DIMENSION", THEN,
        "secret text".getBytes(), Map.of("request-id", "r-1", RecordHeaders.DLT_STACK, "at x"));

    var answer = SERVICE.get(As.OPERATOR, "/admin/dead-letters/" + id);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/code")).isEqualTo("WRONG_DIMENSION");
    assertThat(answer.at("/value_bytes")).isEqualTo("11");
    assertThat(answer.at("/headers/request-id")).isEqualTo("r-1");
    assertThat(answer.at("/replayed_at")).isEqualTo("null");
    assertThat(answer.text()).doesNotContain("secret text");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters/" + UUID.randomUUID()).code())
        .isEqualTo("DEAD_LETTER_NOT_FOUND");
  }

  @Test
  void i9ARecordThatCouldNotBeReadIsSentAgainAsItWas() {
    var text = "unreadable " + UUID.randomUUID();
    var id = letter(null, null, PipelineTopic.CHUNKS, "embed", "UNDECODABLE", THEN, text.getBytes(),
        Map.of("request-id", "r-1", RecordHeaders.DLT_STAGE, "embed"));

    assertThat(replay(id)).isEqualTo("replayed");
    assertThat(replay(id)).isEqualTo("replayed");

    var sent = sent(SERVICE.topics.of(PipelineTopic.CHUNKS)).stream()
        .filter(it -> new String(it.value(), StandardCharsets.UTF_8).equals(text)).toList();
    assertThat(sent).hasSize(2);
    assertThat(new String(sent.getFirst().key(), StandardCharsets.UTF_8)).isEqualTo("key");
    assertThat(sent.getFirst().headers().lastHeader("request-id")).isNotNull();
    assertThat(sent.getFirst().headers().lastHeader(RecordHeaders.DLT_STAGE)).isNull();
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters/" + id).at("/replayed_at")).isNotEqualTo("null");
  }

  @Test
  void i9AVersionThatFailedIsProcessedAgainOnceHoweverOftenItsLettersAreReplayed() {
    var tenant = SERVICE.tenant();
    var version = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger"));
    fail(version);
    var one = chunkLetter(version);
    var other = chunkLetter(version);

    assertThat(replay(one)).isEqualTo("replayed");
    assertThat(replay(other)).isEqualTo("skipped");
    assertThat(replay(one)).isEqualTo("skipped");

    assertThat(SERVICE.column("select state || attempt from document_revisions where document_id = '"
        + version.documentId() + "'")).containsExactly("pending1");
    await().atMost(Duration.ofSeconds(20)).untilAsserted(
        () -> assertThat(commands(version.documentId())).extracting(DocumentCommand::getAttempt).containsExactly(1));
  }

  @Test
  void i4ALetterOfAnOlderVersionLeavesTheNewerOneAlone() {
    var tenant = SERVICE.tenant();
    var older = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger"));
    fail(older);
    LIBRARY.add(tenant, Library.draft(older.documentId(), "newer badger"));

    assertThat(replay(chunkLetter(older))).isEqualTo("skipped");
    assertThat(SERVICE.column("select state from document_revisions where document_id = '" + older.documentId()
        + "' order by revision")).containsExactly("failed", "pending");
  }

  @Test
  void i4ACommandWithoutARevisionIsReplayedInItsOldPlaceWhereTheDocumentIsKnown() {
    var tenant = SERVICE.tenant();
    var known = LIBRARY.add(tenant, Library.document("badger"));
    var unknown = UUID.randomUUID();
    var ofKnown = commandLetter(tenant, known);
    var ofUnknown = commandLetter(tenant, unknown);

    assertThat(replay(ofKnown)).isEqualTo("replayed");
    assertThat(replay(ofUnknown)).isEqualTo("replayed");

    long place = THEN.minusSeconds(3600).toEpochMilli() * 1000;
    assertThat(commands(known)).singleElement()
        .satisfies(it -> assertThat(it.getRevision()).isBetween(place, place + 999));
    assertThat(commands(unknown)).singleElement().satisfies(it -> assertThat(it.getRevision()).isNull());
  }

  @Test
  void manyAreReplayedAtOnceAndWhatCannotBeIsNamed() {
    var tenant = UUID.randomUUID();
    for (int i = 0; i < 5; i++) {
      letter(tenant, null, PipelineTopic.CHUNKS, "embed", "UNDECODABLE", THEN.plusSeconds(i), "x".getBytes(), Map.of());
    }
    var forged = letter(tenant, null, null, "embed", "UNDECODABLE", THEN.plusSeconds(9), "x".getBytes(), Map.of());
    var filter = Map.of("tenant_id", tenant, "stage", "embed", "since", THEN.toString(), "until",
        THEN.plusSeconds(10).toString());

    var answer = SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", filter);

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.body().path("replayed").asInt()).isEqualTo(5);
    assertThat(answer.at("/failed")).isEqualTo("1");
    assertThat(answer.at("/results/5/id")).isEqualTo(forged.toString());
    assertThat(answer.at("/results/5/outcome")).isEqualTo("failed");
    assertThat(answer.at("/results/5/code")).isEqualTo("INVALID_STATUS");
    var again = SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", filter);
    assertThat(again.body().path("total").asInt()).as("replayed ones are left out").isEqualTo(1);
    var all = new HashMap<String, Object>(filter);
    all.put("include_replayed", true);
    all.put("limit", 3);
    assertThat(SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", all).body().path("replayed").asInt())
        .isEqualTo(3);
  }

  @Test
  void aDryRunSaysWhatWouldBecomeOfEachAndChangesNothing() {
    var tenant = SERVICE.tenant();
    var failed = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger"));
    fail(failed);
    var older = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("otter"));
    fail(older);
    LIBRARY.add(tenant, Library.draft(older.documentId(), "newer otter"));
    var first = chunkLetter(failed);
    var second = chunkLetter(older);

    var plan = SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay",
        Map.of("tenant_id", tenant.id(), "dry_run", true));

    assertThat(plan.at("/dry_run") + plan.at("/would_replay") + plan.at("/skipped") + plan.at("/replayed"))
        .as(plan.text()).isEqualTo("true110");
    var reasons = new HashMap<String, String>();
    plan.body().path("results").forEach(it -> reasons.put(it.path("id").asString(), it.path("reason").asString()));
    assertThat(reasons).containsOnlyKeys(first.toString(), second.toString());
    assertThat(reasons.get(second.toString())).isEqualTo("the document has a newer version or was deleted");
    assertThat(SERVICE.column("select state || attempt from document_revisions where document_id = '"
        + failed.documentId() + "'")).containsExactly("failed0");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/dead-letters/" + first).at("/replayed_at")).isEqualTo("null");
  }

  @Test
  void aReplayGoesOnBehindTheLastLetterAtItsRate() {
    var tenant = UUID.randomUUID();
    var letters = new ArrayList<UUID>();
    for (int i = 0; i < 5; i++) {
      letters.add(letter(tenant, null, PipelineTopic.CHUNKS, "embed", "UNDECODABLE", THEN.plusSeconds(i),
          "x".getBytes(), Map.of()));
    }
    var first = SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay",
        Map.of("tenant_id", tenant, "limit", 3, "rate", 10, "include_replayed", true));
    var next = first.at("/next");
    long start = System.nanoTime();
    var second = SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", Map.of("tenant_id", tenant, "limit", 3, "rate",
        10, "include_replayed", true, "after", next, "until", first.at("/until")));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    assertThat(next).isEqualTo(letters.get(2).toString());
    assertThat(second.at("/results/0/id")).isEqualTo(letters.get(3).toString());
    assertThat(second.at("/total") + second.at("/next")).isEqualTo("2null");
    assertThat(
        SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", Map.of("tenant_id", tenant, "rate", 1, "limit", 61))
            .status())
        .isEqualTo(422);
  }

  @Test
  void whatIsGivenUpAgainIsSaidWithItsCause() throws Exception {
    var tenant = SERVICE.tenant();
    var version = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger"));
    fail(version);
    var again = chunkLetter(version);
    var answer = CompletableFuture.supplyAsync(() -> SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay",
        Map.of("tenant_id", tenant.id(), "follow", 20)));
    await().atMost(Duration.ofSeconds(20)).until(() -> SERVICE.column("select state from document_revisions where "
        + "document_id = '" + version.documentId() + "'").equals(List.of("pending")));

    fail(version, 1);

    var said = answer.get(30, TimeUnit.SECONDS);
    assertThat(said.at("/failed_again")).as(said.text()).isEqualTo("1");
    assertThat(said.at("/results/0/id")).isEqualTo(again.toString());
    assertThat(said.at("/results/0/code")).isEqualTo("WRONG_DIMENSION");
    assertThat(said.at("/results/0/reason")).isEqualTo("7 is not 64");
  }

  @Test
  void aReplayOfEverythingMustBeMeant() {
    assertThat(SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", Map.of()).status()).isEqualTo(422);
    assertThat(SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", Map.of("stage", "x", "limit", 0)).status())
        .isEqualTo(422);
    assertThat(SERVICE.post(As.OPERATOR, "/admin/dead-letters/replay", null).status()).isEqualTo(422);
  }

  @Test
  void aDeletedLetterIsGone() {
    var id = letter(null, null, PipelineTopic.CHUNKS, "embed", "UNDECODABLE", THEN, "x".getBytes(), Map.of());

    assertThat(SERVICE.delete(As.OPERATOR, "/admin/dead-letters/" + id).status()).isEqualTo(204);
    assertThat(SERVICE.delete(As.OPERATOR, "/admin/dead-letters/" + id).code()).isEqualTo("DEAD_LETTER_NOT_FOUND");
    assertThat(SERVICE.post(As.OPERATOR, "/admin/dead-letters/" + id + "/replay", null).status()).isEqualTo(404);
  }

  private static void fail(Version version) {
    fail(version, 0);
  }

  private static void fail(Version version, int attempt) {
    var event = DocumentEvent.newBuilder().setTenantId(version.tenantId())
        .setKnowledgeBaseId(version.knowledgeBaseId()).setDocumentId(version.documentId())
        .setRevision(version.revision()).setAttempt(attempt).setJobId(null).setStage(Stage.FAILED).setAt(THEN)
        .setError(new Failure("embed", "WRONG_DIMENSION", "7 is not 64")).build();
    new EventProjection(SERVICE.context.getBean(CatalogDatabase.class)).project(List.of(event)).block();
  }

  private static UUID chunkLetter(Version version) {
    var message = new DocumentDeleted(version.tenantId(), version.knowledgeBaseId(), version.documentId(),
        version.revision(), 0);
    return letter(version.tenantId(), version.documentId(), PipelineTopic.EMBEDDED_CHUNKS, "index", "WRONG_DIMENSION",
        THEN, CODEC.encode(message), Map.of());
  }

  private static UUID commandLetter(Tenant tenant, UUID document) {
    var command = DocumentCommand.newBuilder().setTenantId(tenant.id()).setKnowledgeBaseId(tenant.knowledgeBase())
        .setDocumentId(document).setCommand(new Delete()).build();
    return letter(tenant.id(), document, PipelineTopic.DOCUMENTS, "order", "KB_NOT_FOUND", THEN, CODEC.encode(command),
        Map.of(RecordHeaders.DLT_TIMESTAMP, String.valueOf(THEN.minusSeconds(3600).toEpochMilli())));
  }

  private static UUID letter(@Nullable UUID tenant, @Nullable UUID document, @Nullable PipelineTopic topic,
      String stage, String code, Instant at, byte @Nullable [] value, Map<String, String> headers) {
    var id = UUID.randomUUID();
    var origin = topic == null ? "other.topic" : SERVICE.topics.of(topic);
    var row = new DeadLetterRow(id, origin + ".dlt", 0, OFFSETS.incrementAndGet(), tenant, null, document, stage, code,
        "what went wrong", 1, origin, 0, 7, "key".getBytes(), value, headers, at);
    new DeadLetterRows(SERVICE.context.getBean(CatalogDatabase.class)).add(List.of(row)).block();
    return id;
  }

  private static String replay(UUID id) {
    Answer answer = SERVICE.post(As.OPERATOR, "/admin/dead-letters/" + id + "/replay", null);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.at("/outcome");
  }

  private static List<UUID> ids(String query) {
    var answer = SERVICE.get(As.OPERATOR, "/admin/dead-letters?" + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var ids = new ArrayList<UUID>();
    answer.body().path("items").forEach(it -> ids.add(UUID.fromString(it.path("id").asString())));
    return ids;
  }

  private static List<DocumentCommand> commands(UUID document) {
    var commands = new ArrayList<DocumentCommand>();
    for (var record : sent(SERVICE.topics.of(PipelineTopic.DOCUMENTS))) {
      if (CODEC.decode(record.value()) instanceof DocumentCommand it && it.getDocumentId().equals(document)) {
        commands.add(it);
      }
    }
    return commands;
  }

  private static List<ConsumerRecord<byte[], byte[]>> sent(String topic) {
    var config = SERVICE.context.getBean(KafkaClients.class).consumerConfig("none", "test");
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }
}
