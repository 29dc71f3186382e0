package io.selfrag.generation.rerank.late;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.embedding.TokenVectors;
import io.selfrag.generation.rerank.RerankerId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LateInteractionRerankerTest {
  private final List<String> read = new ArrayList<>();
  private final List<String> languages = new ArrayList<>();

  /** Each word is one of few directions. */
  private final TokenEmbedder words = new TokenEmbedder() {
    private static final int DIRECTIONS = 64;

    @Override
    public ModelId model() {
      return new ModelId("words", "words", DIRECTIONS);
    }

    @Override
    public TokenVectors embedTokens(String text, int maxTokens) {
      read.add(text);
      return TokenVectors.of(DIRECTIONS, Stream.of(text.split(" ")).limit(maxTokens).map(word -> {
        var vector = new float[DIRECTIONS];
        vector[Math.floorMod(word.hashCode(), DIRECTIONS)] = 1;
        return vector;
      }).toArray(float[][]::new));
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  };

  @Test
  void scoresAreTheShareOfTheQuestionThatAPassageHas() {
    var reranker = reranker(Duration.ofSeconds(10));

    assertThat(reranker.score("pump seal", List.of("the pump", "the seal of the pump", "badgers")))
        .containsExactly(0.5, 1.0, 0.0);
    assertThat(reranker.id()).isEqualTo(new RerankerId("late_interaction", "maxsim"));
    assertThat(reranker.share()).isStrictlyBetween(0.0, 1.0);
  }

  @Test
  void theQuestionsLanguageChoosesTheModel() {
    var reranker = reranker(Duration.ofSeconds(10));

    reranker.score("水泵是什么时候安装的？", List.of("the pump"));
    reranker.score("When was the pump installed?", List.of("水泵"));

    assertThat(languages).containsExactly("zh", "en");
  }

  @Test
  void timeIsBounded() {
    failsToBeDone(reranker(Duration.ZERO));
    assertThat(read).containsExactly("pump");
  }

  @Test
  void whoIsInterruptedLeavesBeforeTheNextPassage() {
    Thread.currentThread().interrupt();
    try {
      failsToBeDone(reranker(Duration.ofSeconds(10)));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(read).containsExactly("pump");
  }

  private LateInteractionReranker reranker(Duration limit) {
    return new LateInteractionReranker(language -> {
      languages.add(language);
      return words;
    }, limit);
  }

  private static void failsToBeDone(LateInteractionReranker reranker) {
    assertThatThrownBy(() -> reranker.score("pump", List.of("the pump", "the seal")))
        .isInstanceOfSatisfying(SelfRagException.class,
            it -> assertThat(it.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
  }
}
