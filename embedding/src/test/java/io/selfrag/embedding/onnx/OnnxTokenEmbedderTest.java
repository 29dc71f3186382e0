package io.selfrag.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import org.junit.jupiter.api.Test;

class OnnxTokenEmbedderTest {
  private static final int MOST = 256;

  @Test
  void aPassageThatAnswersHasMoreOfAQuestionThanOneThatDoesNot() {
    try (TokenEmbedder english = OnnxTokenEmbedder.open(OnnxModel.BGE_SMALL_EN);
        TokenEmbedder chinese = OnnxTokenEmbedder.open(OnnxModel.BGE_SMALL_ZH)) {
      prefers(english, "When was the pump installed?", "The main pump was put in place in 2019.",
          "Badgers dig their burrows in sandy soil.");
      prefers(chinese, "水泵是什么时候安装的？", "主水泵于2019年安装完毕。", "獾在沙土里挖洞。");
    }
  }

  private static void prefers(TokenEmbedder model, String question, String right, String wrong) {
    var asked = model.embedTokens(question, MOST);

    assertThat(asked.foundIn(model.embedTokens(right, MOST)))
        .isGreaterThan(asked.foundIn(model.embedTokens(wrong, MOST)));
  }

  @Test
  void wordsHaveVectorsAndPunctuationHasNone() {
    try (TokenEmbedder model = OnnxTokenEmbedder.open(OnnxModel.BGE_SMALL_EN)) {
      assertThat(model.model()).isEqualTo(OnnxModel.BGE_SMALL_EN.id());
      assertThat(model.embedTokens("The pump, it leaks!", MOST).count()).isEqualTo(4);
      assertThat(model.embedTokens("?!", MOST).count()).isZero();
      assertThat(model.embedTokens("", MOST).count()).isZero();
    }
  }

  @Test
  void whatIsBeyondTheLimitIsNotRead() {
    try (TokenEmbedder model = OnnxTokenEmbedder.open(OnnxModel.BGE_SMALL_EN)) {
      assertThat(model.embedTokens("pump ".repeat(100_000), MOST).count()).isEqualTo(MOST);
      assertThat(model.embedTokens("pump ".repeat(600), 10_000).count()).isEqualTo(OnnxEmbedder.MAX_TOKENS);
      assertThat(model.embedTokens("one two three", 2).count()).isEqualTo(2);
    }
  }

  @Test
  void aClosedOneRefuses() {
    TokenEmbedder model = OnnxTokenEmbedder.open(OnnxModel.BGE_SMALL_EN);
    model.close();

    assertThatThrownBy(() -> model.embedTokens("pump", MOST)).isInstanceOfSatisfying(SelfRagException.class,
        it -> assertThat(it.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
  }
}
