package io.selfrag.embedding.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.onnx.OnnxModel;
import io.selfrag.embedding.onnx.OnnxTokenCounters;

class EstimatedTokensTest {
  @ParameterizedTest
  @ValueSource(strings = {"The pump shall be primed before the first start, and stopped when it runs dry.",
      "antidisestablishmentarianism internationalization", "Invoice 2024-00123: 1,299.50 EUR (VAT 19%)",
      "启动水泵之前必须先灌满水。",
      "def f(x): return {k: v for k, v in x.items() if v is not None}", "naïve café 🚀"})
  void theEstimateIsNotBelowARealTokenizersCount(String text) {
    TokenCounter real = OnnxTokenCounters.load(OnnxModel.BGE_SMALL_EN);

    assertThat(EstimatedTokens.sentencePiece().count(text)).isGreaterThanOrEqualTo(real.count(text));
    assertThat(EstimatedTokens.byteLevel().count(text)).isGreaterThanOrEqualTo(real.count(text));
  }

  @Test
  void runsAreCutByKindAndLength() {
    assertThat(EstimatedTokens.sentencePiece().tokenEnds("pumping 1234, 水泵")).containsExactly(3, 6, 7, 10, 12, 13, 15,
        16);
    assertThat(EstimatedTokens.byteLevel().tokenEnds("水泵")).containsExactly(1, 1, 2, 2);
  }
}
