package io.selfrag.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** What every embedder promises; an adapter's test extends this and opens the adapter. */
public abstract class EmbedderContract {
  private static final List<String> TEXTS = List.of("The pump shall be primed before the first start.",
      "启动水泵之前必须先灌满水。", "Invoices are paid within thirty days.", "Mixed text 混合文本 with emoji 🚀 and naïve accents.",
      "a");

  private Embedder embedder;

  /** A fresh embedder; the contract closes it. */
  protected abstract Embedder open();

  @BeforeEach
  void openOne() {
    embedder = open();
  }

  @AfterEach
  void closeIt() {
    embedder.close();
  }

  @Test
  void everyVectorHasTheModelsDimensionAndUnitLength() {
    List<float[]> vectors = embedder.embedPassages(TEXTS);

    assertThat(vectors).hasSize(TEXTS.size()).allSatisfy(this::isUnit);
    isUnit(embedder.embedQuery("how is the pump started?"));
  }

  @Test
  void vectorsComeInTheOrderOfTheTexts() {
    List<float[]> together = embedder.embedPassages(TEXTS.reversed());

    List<float[]> alone = TEXTS.reversed().stream().map(text -> embedder.embedPassages(List.of(text)).getFirst())
        .toList();
    assertThat(together.toArray(float[][]::new)).isDeepEqualTo(alone.toArray(float[][]::new));
    assertThat(together.getFirst()).isNotEqualTo(together.getLast());
  }

  @Test
  void aTextHasOneVectorWhateverItsNeighbours() {
    String text = TEXTS.getFirst();
    List<String> longNeighbours = List.of("other words ".repeat(60), text, "又一个句子。".repeat(30), text);

    List<float[]> vectors = embedder.embedPassages(longNeighbours);

    float[] alone = embedder.embedPassages(List.of(text)).getFirst();
    assertThat(vectors.get(1)).isEqualTo(alone);
    assertThat(vectors.get(3)).isEqualTo(alone);
  }

  @Test
  void noTextsGiveNoVectors() {
    assertThat(embedder.embedPassages(List.of())).isEmpty();
  }

  @Test
  void theLongestAllowedTextIsEmbedded() {
    String longest = "text " + "text ".repeat(embedder.maxTokens() - 1);
    int fits = embedder.tokenCounter().tokenEnds(longest)[embedder.maxTokens() - 1];

    isUnit(embedder.embedPassages(List.of(longest.substring(0, fits))).getFirst());
  }

  @Test
  void aTextAboveTheLimitFailsAndIsNotCut() {
    String tooLong = "text ".repeat(embedder.maxTokens() + 1);

    assertThat(embedder.tokenCounter().count(tooLong)).isGreaterThan(embedder.maxTokens());
    fails(ErrorCode.PAYLOAD_TOO_LARGE, () -> embedder.embedPassages(List.of("short", tooLong, "short")));
    fails(ErrorCode.PAYLOAD_TOO_LARGE, () -> embedder.embedQuery(tooLong));
    isUnit(embedder.embedPassages(List.of("short")).getFirst());
  }

  @Test
  void blankTextsAreRefused() {
    fails(ErrorCode.VALIDATION_ERROR, () -> embedder.embedPassages(List.of("text", " \n\t")));
    fails(ErrorCode.VALIDATION_ERROR, () -> embedder.embedQuery(""));
  }

  @Test
  void concurrentCallersGetWhatALoneCallerGets() throws Exception {
    List<float[]> alone = embedder.embedPassages(TEXTS);

    List<Future<List<float[]>>> calls = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      for (int call = 0; call < 12; call++) {
        calls.add(callers.submit(() -> embedder.embedPassages(TEXTS)));
      }
    }

    for (Future<List<float[]>> call : calls) {
      assertThat(call.get().toArray(float[][]::new)).isDeepEqualTo(alone.toArray(float[][]::new));
    }
  }

  @Test
  void closeWaitsForCallsInFlightAndThenRefuses() throws Exception {
    List<String> work = List.of("some words ".repeat(100), "more words ".repeat(100), "last words ".repeat(100));
    CountDownLatch started = new CountDownLatch(3);
    List<Future<List<float[]>>> calls = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(3)) {
      for (int call = 0; call < 3; call++) {
        calls.add(callers.submit(() -> {
          try {
            embedder.embedPassages(work);
          } finally {
            started.countDown(); // also when it fails, or the test would wait for ever
          }
          return embedUntilRefused(work);
        }));
      }
      assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();

      embedder.close();

      fails(ErrorCode.MODEL_UNAVAILABLE, () -> embedder.embedPassages(List.of("late")));
      fails(ErrorCode.MODEL_UNAVAILABLE, () -> embedder.embedQuery("late"));
      fails(ErrorCode.MODEL_UNAVAILABLE, embedder::check);
    }
    for (Future<List<float[]>> call : calls) {
      assertThat(call).failsWithin(java.time.Duration.ofSeconds(30)).withThrowableThat()
          .havingCause().isInstanceOfSatisfying(SelfRagException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    embedder.close();

    embedder.close();

    fails(ErrorCode.MODEL_UNAVAILABLE, embedder::check);
  }

  @Test
  void aModelThatAnswersPassesItsCheck() {
    embedder.check();
  }

  @Test
  void tokenEndsCoverTheTextAndAgreeWithTheCount() {
    for (String text : TEXTS) {
      int[] ends = embedder.tokenCounter().tokenEnds(text + " \n");

      assertThat(ends).isSorted().hasSize(embedder.tokenCounter().count(text));
      assertThat(ends[ends.length - 1]).isEqualTo(text.length() + 2);
      for (int end : ends) {
        assertThat(end < text.length() && Character.isLowSurrogate(text.charAt(end))).isFalse();
      }
    }
    assertThat(embedder.tokenCounter().tokenEnds("  ")).isEmpty();
  }

  private List<float[]> embedUntilRefused(List<String> work) {
    List<float[]> vectors = List.of();
    while (!Thread.currentThread().isInterrupted()) {
      vectors = embedder.embedPassages(work);
    }
    return vectors;
  }

  protected static void fails(ErrorCode code, Runnable call) {
    assertThatExceptionOfType(SelfRagException.class).isThrownBy(call::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private void isUnit(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    assertThat(vector).hasSize(embedder.model().dimension());
    assertThat(Math.sqrt(squares)).isCloseTo(1, within(1e-4));
  }
}
