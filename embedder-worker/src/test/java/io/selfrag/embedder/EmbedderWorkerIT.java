package io.selfrag.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.selfrag.embedder.ModelServer.Behaviour;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.schemas.avro.Stage;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbedderWorkerIT {
  private static final ModelId HASHING = HashingEmbedder.idOf(32);
  private static final ModelId REMOTE = new ModelId("ollama", ModelServer.MODEL, ModelServer.DIMENSION);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  /** Texts of one test are in no other's cache. */
  private final String salt = UUID.randomUUID().toString();

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(200));
  }

  @Test
  void everyChunkIsEmbeddedOnItsOwnLaneWithItsTrace() {
    try (var worker = new Worker()) {
      worker.start();

      worker.send(Lane.INTERACTIVE, chunks(HASHING, 0, 40),
          Map.of(RecordHeaders.TRACEPARENT, TRACE, RecordHeaders.REQUEST_ID, "request-1"));
      worker.send(Lane.BULK, chunks(HASHING, 40, 300), Map.of());

      await().untilAsserted(() -> {
        assertThat(worker.embeddedOrdinals(Lane.INTERACTIVE)).isEqualTo(range(0, 40));
        assertThat(worker.embeddedOrdinals(Lane.BULK)).isEqualTo(range(40, 300));
      });
      assertThat(worker.records(worker.topic(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE))).allSatisfy(it -> {
        assertThat(header(it, RecordHeaders.TRACEPARENT)).isEqualTo(TRACE);
        assertThat(header(it, RecordHeaders.REQUEST_ID)).isEqualTo("request-1");
        assertThat(new String(it.key(), StandardCharsets.UTF_8)).isEqualTo(Chunks.DOCUMENT.toString());
      });
      assertThat(worker.embedded(Lane.INTERACTIVE)).allSatisfy(it -> {
        var vector = new float[HASHING.dimension()];
        it.getVector().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        assertThat(vector).isEqualTo(HashingEmbedder.create(HASHING.dimension())
            .embedPassages(List.of(it.getChunk().getText())).getFirst());
      });
    }
  }

  @Test
  void f10AReplayFromTheBeginningEmbedsNothingAgainWhileTheCacheAnswers() {
    try (var worker = new Worker()) {
      worker.send(Lane.BULK, chunks(HASHING, 0, 200), Map.of());
      boolean cached = false;
      for (int run = 1; run <= 10; run++) {
        worker.start();
        int sent = 200 * run;
        await().untilAsserted(() -> assertThat(worker.embedded(Lane.BULK)).hasSize(sent));
        // A machine that is busy with other tests may let it time out, which costs embeddings and nothing else.
        boolean answered = worker.cache("error") == 0;
        if (cached && answered) {
          assertThat(worker.cache("hit")).isEqualTo(200);
          assertThat(worker.cache("miss")).isZero();
          assertThat(worker.embedded(Lane.BULK).stream().distinct()).hasSize(200);
          return;
        }
        cached = answered;
        worker.stop();
        worker.rewind(Lane.BULK);
      }
      fail("the cache never answered twice in a row");
    }
  }

  @Test
  void f13WhatCannotBeReadOrEmbeddedIsDeadLetteredAloneAndItsDocumentFails() {
    try (var worker = new Worker()) {
      worker.send(Lane.INTERACTIVE, chunks(HASHING, 0, 5), Map.of());
      worker.sendBytes(Lane.INTERACTIVE, "garbage", new byte[]{1, 2, 3}, Map.of());
      var stranger = DocumentInterrupted.newBuilder().setTenantId(Chunks.TENANT)
          .setKnowledgeBaseId(Chunks.KNOWLEDGE_BASE).setDocumentId(Chunks.DOCUMENT).setRevision(1).setAttempt(0)
          .build();
      worker.sendBytes(Lane.INTERACTIVE, "stranger", worker.clients.codec().encode(stranger), Map.of());
      worker.send(Lane.INTERACTIVE, List.of(Chunks.chunk(5, HASHING, "word ".repeat(9_000), 9_000)), Map.of());
      worker.send(Lane.INTERACTIVE, List.of(Chunks.chunk(6, new ModelId("ollama", "not-here", 4), "text", 1)),
          Map.of());
      worker.send(Lane.INTERACTIVE, chunks(HASHING, 7, 12), Map.of());

      worker.start();

      await().untilAsserted(() -> {
        assertThat(worker.embeddedOrdinals(Lane.INTERACTIVE)).containsExactly(0, 1, 2, 3, 4, 7, 8, 9, 10, 11);
        assertThat(worker.deadLetters(Lane.INTERACTIVE)).extracting(it -> header(it, RecordHeaders.DLT_CODE))
            .containsExactlyInAnyOrder("UNDECODABLE", "UNDECODABLE", "PAYLOAD_TOO_LARGE", "KB_CONFIG_ERROR");
      });
      assertThat(worker.deadLetters(Lane.INTERACTIVE)).allSatisfy(it -> {
        assertThat(header(it, RecordHeaders.DLT_STAGE)).isEqualTo("embed");
        assertThat(header(it, RecordHeaders.DLT_TOPIC)).isEqualTo(worker.topic(PipelineTopic.CHUNKS, Lane.INTERACTIVE));
      });
      await().untilAsserted(() -> assertThat(worker.events()).hasSize(2).allSatisfy(event -> {
        assertThat(event.getStage()).isEqualTo(Stage.FAILED);
        assertThat(event.getDocumentId()).isEqualTo(Chunks.DOCUMENT);
        assertThat(event.getError().getStage()).isEqualTo("embed");
        assertThat(event.getError().getCode()).isIn("PAYLOAD_TOO_LARGE", "KB_CONFIG_ERROR");
      }));
    }
  }

  @Test
  void s20InteractiveChunksGoFirstAndBulkKeepsItsShare() {
    try (var model = new ModelServer(); var worker = new Worker(Worker.against(model, 100))) {
      model.script = _ -> Behaviour.slow(5);
      worker.send(Lane.BULK, chunks(REMOTE, 0, 300), Map.of());
      worker.send(Lane.INTERACTIVE, chunks(REMOTE, 300, 600), Map.of());

      worker.start();

      await().untilAsserted(() -> assertThat(worker.embedded(Lane.INTERACTIVE)).hasSize(300));
      await().untilAsserted(() -> assertThat(worker.embedded(Lane.BULK)).hasSize(300));
      var interactive = model.calls.stream().map(it -> isInteractive(it.texts().getFirst())).toList();
      var bothAtWork = interactive.subList(Math.max(interactive.indexOf(true), interactive.indexOf(false)),
          interactive.lastIndexOf(true));
      double bulk = bothAtWork.stream().filter(it -> !it).count();
      assertThat(bothAtWork).hasSizeGreaterThan(150);
      assertThat(bulk / bothAtWork.size()).isBetween(0.05, 0.25);
    }
  }

  @Test
  void aStopEndsTheBatchesAtWorkAndCommitsExactlyWhatIsEmbedded() {
    try (var model = new ModelServer(); var worker = new Worker(Worker.against(model, 10))) {
      model.script = _ -> Behaviour.slow(20);
      worker.send(Lane.INTERACTIVE, chunks(REMOTE, 0, 400), Map.of());
      worker.start();
      await().until(() -> worker.committed(Lane.INTERACTIVE) >= 20);

      worker.stop();

      int embedded = worker.embedded(Lane.INTERACTIVE).size();
      assertThat(embedded).isLessThan(400);
      assertThat(worker.committed(Lane.INTERACTIVE)).isEqualTo(embedded);
      model.script = _ -> Behaviour.GOOD;
      worker.start();
      await().untilAsserted(() -> assertThat(worker.embeddedOrdinals(Lane.INTERACTIVE)).isEqualTo(range(0, 400)));
      assertThat(model.calls.stream().flatMap(it -> it.texts().stream())).doesNotHaveDuplicates();
    }
  }

  private List<Chunk> chunks(ModelId model, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(it -> Chunks.chunk(it, model, (it < 300 ? "bulk " : "interactive ") + it + " " + salt, 10)).toList();
  }

  private static boolean isInteractive(String text) {
    return text.startsWith("interactive");
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
