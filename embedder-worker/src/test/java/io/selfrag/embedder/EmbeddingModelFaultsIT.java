package io.selfrag.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.embedder.ModelServer.Behaviour;
import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.service.health.HealthStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** F8: what the worker makes of a model's failures. */
class EmbeddingModelFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ModelId REMOTE = new ModelId("ollama", ModelServer.MODEL, ModelServer.DIMENSION);

  private final String salt = UUID.randomUUID().toString();
  private final ModelServer model = new ModelServer();
  private final Worker worker = new Worker(Worker.against(model, 100));

  @BeforeEach
  void start() {
    worker.start();
  }

  @AfterEach
  void stop() {
    worker.close();
    model.close();
  }

  @Test
  void f8ASlowModelIsWaitedFor() {
    model.script = _ -> Behaviour.slow(100);

    worker.send(Lane.INTERACTIVE, chunks(20), Map.of());

    allAreEmbeddedOnceAndNoneIsGivenUp(20);
  }

  @Test
  void f8AModelThatHangsIsTriedAgainAfterItsTimeOut() {
    model.script = call -> call < 3 ? Behaviour.silence() : Behaviour.GOOD;

    worker.send(Lane.INTERACTIVE, chunks(20), Map.of());

    await().atMost(PATIENCE).until(() -> worker.health().current().status() == HealthStatus.DEGRADED);
    allAreEmbeddedOnceAndNoneIsGivenUp(20);
    assertThat(worker.health().current().status()).isEqualTo(HealthStatus.OK);
  }

  @Test
  void f8AModelThatIsBusyIsLeftAloneForAsLongAsItAsks() {
    model.script = call -> call == 5 ? Behaviour.status(429, Map.of("Retry-After", "3")) : Behaviour.GOOD;

    worker.send(Lane.INTERACTIVE, chunks(20), Map.of());

    allAreEmbeddedOnceAndNoneIsGivenUp(20);
    long refused = model.calls.get(5).atNanos();
    assertThat(model.calls.get(5).status()).isEqualTo(429);
    assertThat(Duration.ofNanos(model.calls.get(6).atNanos() - refused)).isGreaterThan(Duration.ofMillis(2_900));
  }

  @Test
  void f8AModelThatFailsThreeTimesInTenGetsThereAndAsksForNoTextTwiceThatItHas() {
    var random = new Random(8);
    model.script = _ -> random.nextInt(10) < 3 ? Behaviour.status(503, Map.of()) : Behaviour.GOOD;

    worker.send(Lane.INTERACTIVE, chunks(60), Map.of());

    allAreEmbeddedOnceAndNoneIsGivenUp(60);
    assertThat(model.calls.stream().filter(it -> it.status() == 503)).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"[0.6,0.8]|WRONG_DIMENSION",
      "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]|INVALID_VECTOR", "[1e39,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]|INVALID_VECTOR"})
  void f8AVectorThatIsNoneIsThatChunksPermanentFailure(String vector, String code) {
    model.script = call -> call == 3 ? Behaviour.vector(vector) : Behaviour.GOOD;

    worker.send(Lane.INTERACTIVE, chunks(10), Map.of());

    await().atMost(PATIENCE).untilAsserted(() -> {
      assertThat(worker.embeddedOrdinals(Lane.INTERACTIVE)).hasSize(9).doesNotHaveDuplicates();
      assertThat(worker.deadLetters(Lane.INTERACTIVE)).singleElement().satisfies(it -> assertThat(
          new String(it.headers().lastHeader(RecordHeaders.DLT_CODE).value(), StandardCharsets.UTF_8)).isEqualTo(code));
      assertThat(worker.events()).singleElement()
          .satisfies(it -> assertThat(it.getError().getCode()).isEqualTo(code));
    });
    assertThat(model.calls).hasSize(10);
  }

  private void allAreEmbeddedOnceAndNoneIsGivenUp(int count) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(worker.committed(Lane.INTERACTIVE)).isEqualTo(count));
    assertThat(worker.embeddedOrdinals(Lane.INTERACTIVE)).isEqualTo(IntStream.range(0, count).boxed().toList());
    assertThat(worker.deadLetters(Lane.INTERACTIVE)).isEmpty();
    assertThat(worker.events()).isEmpty();
    assertThat(model.calls.stream().filter(it -> it.status() == 200 && it.texts().size() == 1).count())
        .isBetween((long) count, count + 3L);
  }

  private List<Chunk> chunks(int count) {
    return IntStream.range(0, count).mapToObj(it -> Chunks.chunk(it, REMOTE, "text " + it + " " + salt, 10)).toList();
  }
}
