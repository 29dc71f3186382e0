package io.selfrag.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The counter that cuts text is held to the tokenizer that feeds the model: a count that is too low would cut text away. */
class WordPieceCounterTest {
  private static final String[] SNIPPETS = {"The quick brown fox", "KAFKA", "kafka", "embeddings", "naïve café",
      "Straße",
      "3.14159", "don't", "https://example.org/a?b=c&d=%20", "知识库", "，很好。", "数据data混排", "ＡＢＣ１２３", "（全角）",
      "x".repeat(99), "x".repeat(100), "x".repeat(101), "…", "—", "→", "■", "cafe\u0301", "\u0301", "\u200B", "\u00AD",
      "🚀", "👩\u200D🚀", "привет", "日本語カタカナ", "한국어", "\u0000", "\u0007", "\uFFFD", "\uD800", "\t", "\n", "\u00A0",
      "\u3000", " ", "  ", "[CLS]", "[", "]", "[UNK", "##ing", "_", "a_b", "€100", "½", "ſ", "İ", "ı", "ﬁ", "𠀀", "Ⅷ",
      "①"};

  @ParameterizedTest
  @EnumSource
  void everyCharacterCountsAsTheTokenizerCountsIt(OnnxModel model) {
    var counter = WordPieceCounter.load(model);
    var tokenizer = BertTokenizer.load(model);
    var wrong = new ArrayList<String>();
    for (int c = 0; c < 0x10000; c++) {
      String text = "Ab" + (char) c + "cd " + (char) c + " x" + (char) c + "。" + (char) c + (char) c;
      if (!java.util.Arrays.equals(counter.tokenEnds(text), tokenizer.tokenEnds(text))
          || counter.count(text) != tokenizer.count(text)) {
        wrong.add(Integer.toHexString(c));
      }
    }

    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anyMixtureCountsAsTheTokenizerCountsIt(OnnxModel model) {
    var counter = WordPieceCounter.load(model);
    var tokenizer = BertTokenizer.load(model);
    for (int seed = 0; seed < 3_000; seed++) {
      String text = mixture(new Random(seed));

      assertThat(counter.tokenEnds(text)).as("seed %d: %s", seed, text).isEqualTo(tokenizer.tokenEnds(text));
      assertThat(counter.count(text)).as("seed %d: %s", seed, text).isEqualTo(tokenizer.count(text));
    }
  }

  private static String mixture(Random random) {
    List<String> parts = new ArrayList<>();
    int size = 1 + random.nextInt(30);
    for (int i = 0; i < size; i++) {
      parts.add(random.nextInt(6) == 0
          ? String.valueOf((char) random.nextInt(0x10000))
          : SNIPPETS[random.nextInt(SNIPPETS.length)]);
    }
    return String.join(random.nextBoolean() ? "" : " ", parts);
  }
}
