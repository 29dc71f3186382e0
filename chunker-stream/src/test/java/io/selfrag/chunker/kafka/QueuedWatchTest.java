package io.selfrag.chunker.kafka;

import static io.selfrag.chunker.Fixtures.CODEC;
import static io.selfrag.chunker.Fixtures.DOCUMENT;
import static io.selfrag.chunker.Fixtures.KB;
import static io.selfrag.chunker.Fixtures.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.chunker.version.Overtaken;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueuedWatchTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final Overtaken overtaken = new Overtaken();
  private final QueuedWatch watch = new QueuedWatch(
      new KafkaClients(KafkaSettings.of("127.0.0.1:1", "test.", 1), CODEC), overtaken, InstantSource.fixed(NOON),
      new Random(1));

  @Test
  void S25aNewerUploadOvertakesWhatWaitsAndOneThatGaveUpDoesNot() {
    assertThat(overtaken.mayDrop(DOCUMENT, 100, NOON)).isFalse();

    watch.learn(event(Stage.QUEUED, 120, 0));
    assertThat(overtaken.mayDrop(DOCUMENT, 110, NOON)).isTrue();

    watch.learn(event(Stage.FAILED, 120, 0));
    assertThat(overtaken.mayDrop(DOCUMENT, 110, NOON)).isFalse();
  }

  @Test
  void S22anAttemptThatReadsWhatAnEarlierVersionIsStillToStoreOvertakesNothing() {
    assertThat(overtaken.mayDrop(DOCUMENT, 100, NOON)).isFalse();

    watch.learn(event(Stage.QUEUED, 120, 1));

    assertThat(overtaken.mayDrop(DOCUMENT, 110, NOON)).isFalse();
  }

  private static DocumentEvent event(Stage stage, long revision, int attempt) {
    return DocumentEvent.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(DOCUMENT)
        .setRevision(revision).setAttempt(attempt).setStage(stage).setAt(NOON).build();
  }
}
