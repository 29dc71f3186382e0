package io.selfrag.embedder.embed;

import static io.selfrag.embedder.Chunks.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.selfrag.embedder.ScriptedEmbedder;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.ValidatingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.service.lanes.LanePriority;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbedChunksTest {
  private static final ModelId UNKNOWN = new ModelId("nobody", "nothing", 4);

  private final ScriptedEmbedder model = new ScriptedEmbedder();
  private final Map<Integer, float[]> vectors = new ConcurrentHashMap<>();
  private final Map<Integer, ErrorCode> refused = new ConcurrentHashMap<>();
  private EmbedChunks embedChunks = embedChunks(2, 3);

  @AfterEach
  void close() {
    embedChunks.close();
  }

  @Test
  void everyChunkGetsTheVectorOfItsOwnTextWhateverOrderItsPieceHas() throws InterruptedException {
    var chunks = IntStream.range(0, 50)
        .mapToObj(it -> chunk(it, ScriptedEmbedder.MODEL, "text number " + it, 1 + it * 37 % 50)).toList();

    embed(chunks);

    assertThat(vectors).hasSize(50);
    assertThat(vectors)
        .allSatisfy((position, vector) -> assertThat(vector).isEqualTo(model.vectorOf("text number " + position)));
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"WRONG_DIMENSION", "INVALID_VECTOR", "PAYLOAD_TOO_LARGE", "VALIDATION_ERROR"})
  void oneBadChunkIsRefusedAloneAndItsNeighboursAreEmbedded(ErrorCode code) throws InterruptedException {
    model.refusals.put("bad", code);

    embed(texts("a", "b", "bad", "c", "d"));

    assertThat(vectors).containsOnlyKeys(0, 1, 3, 4);
    assertThat(refused).isEqualTo(Map.of(2, code));
  }

  @Test
  void f8AVectorOfTheWrongDimensionOrWithNanIsThatChunksPermanentFailure() throws InterruptedException {
    model.answers.put("short", new float[]{1, 0});
    model.answers.put("nan", new float[]{1, 0, Float.NaN, 0, 0, 0, 0, 0});
    model.answers.put("zero", new float[8]);

    embed(texts("a", "short", "nan", "zero", "b"));

    assertThat(vectors).containsOnlyKeys(0, 4);
    assertThat(refused).isEqualTo(
        Map.of(1, ErrorCode.WRONG_DIMENSION, 2, ErrorCode.INVALID_VECTOR, 3, ErrorCode.INVALID_VECTOR));
    assertThat(refused.values()).allSatisfy(
        it -> assertThat(new SelfRagException(it, "").isTransient()).isFalse());
  }

  @Test
  void aTransientFailureFailsTheBatchBlamesNoChunkAndResultsThatCameStand() {
    model.goodCalls = 2;
    embedChunks = embedChunks(1, 1);

    assertThatExceptionOfType(SelfRagException.class).isThrownBy(() -> embed(texts("a", "b", "c", "d", "e")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));

    assertThat(vectors).hasSize(2);
    assertThat(refused).isEmpty();
  }

  @Test
  void afterATransientFailureTheModelIsLeftAlone() {
    model.goodCalls = 1;
    embedChunks = embedChunks(1, 1);

    assertThatExceptionOfType(SelfRagException.class)
        .isThrownBy(() -> embed(texts(IntStream.range(0, 40).mapToObj(it -> "text " + it).toArray(String[]::new))));

    assertThat(model.calls).hasSize(2);
  }

  @Test
  void s27OurOwnBugIsThrownAndBlamesNoChunk() {
    model.refusals.put("bug", ErrorCode.INTERNAL_ERROR);

    assertThatExceptionOfType(SelfRagException.class).isThrownBy(() -> embed(texts("a", "bug", "b")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));

    assertThat(refused).isEmpty();
  }

  @Test
  void chunksOfAModelThatIsNotConfiguredAreRefusedAndOthersEmbedded() throws InterruptedException {
    embed(List.of(chunk(0, UNKNOWN, "a", 1), chunk(1, ScriptedEmbedder.MODEL, "b", 1)));

    assertThat(vectors).containsOnlyKeys(1);
    assertThat(refused).isEqualTo(Map.of(0, ErrorCode.KB_CONFIG_ERROR));
  }

  @Test
  void noMorePiecesRunAtOnceThanThereArePlaces() throws InterruptedException {
    embedChunks = embedChunks(2, 1);
    model.gate = new Semaphore(0);
    var batch = Thread.ofVirtual().start(() -> {
      try {
        embed(texts("a", "b", "c", "d", "e"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    await().until(() -> model.calls.size() == 2);

    model.gate.release(1000);

    assertThat(batch.join(java.time.Duration.ofSeconds(10))).isTrue();
    assertThat(model.mostAtOnce).hasValue(2);
    assertThat(vectors).hasSize(5);
  }

  @Test
  void aCallerThatIsInterruptedStopsWaitingAndItsPiecesEnd() throws InterruptedException {
    model.gate = new Semaphore(0);
    var ended = new Semaphore(0);
    var batch = Thread.ofVirtual().start(() -> {
      assertThatThrownBy(() -> embed(texts("a", "b", "c", "d"))).isInstanceOf(InterruptedException.class);
      ended.release();
    });
    await().until(() -> !model.calls.isEmpty());

    batch.interrupt();

    await().until(() -> ended.availablePermits() == 1);
    embedChunks.close(); // would wait for ever for a piece that still runs
    assertThat(vectors).isEmpty();
  }

  private void embed(List<Chunk> chunks) throws InterruptedException {
    embedChunks.embed(Lane.INTERACTIVE, chunks, new EmbedChunks.Results() {
      @Override
      public void embedded(int position, float[] vector) {
        assertThat(vectors.put(position, vector)).isNull();
      }

      @Override
      public void refused(int position, SelfRagException cause) {
        assertThat(refused.put(position, cause.code())).isNull();
      }
    });
  }

  private static List<Chunk> texts(String... texts) {
    return IntStream.range(0, texts.length).mapToObj(it -> chunk(it, ScriptedEmbedder.MODEL, texts[it], 1)).toList();
  }

  private EmbedChunks embedChunks(int places, int textsInOne) {
    return new EmbedChunks(this::modelOf, new LanePriority(places, System::nanoTime),
        new PieceLimits(textsInOne, 1_000));
  }

  private Embedder modelOf(ModelId id) {
    if (!id.equals(ScriptedEmbedder.MODEL)) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "not configured here");
    }
    return new ValidatingEmbedder(model);
  }
}
