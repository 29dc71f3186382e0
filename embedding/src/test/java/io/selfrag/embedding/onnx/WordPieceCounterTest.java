package io.selfrag.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
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

  private static final int PIECE = 8_000;
  private static final int PIECES_OF_A_FILE = 30;

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

  @ParameterizedTest
  @EnumSource
  void charactersBeyondTheBasicPlaneCountAsTheTokenizerCountsThem(OnnxModel model) {
    var counter = WordPieceCounter.load(model);
    var tokenizer = BertTokenizer.load(model);
    var wrong = new ArrayList<String>();
    for (int c = 0x10000; c <= Character.MAX_CODE_POINT; c += c < 0x20000 ? 13 : 997) {
      String one = Character.toString(c);
      String text = "Ab" + one + "cd " + one + " 知" + one + "识。" + one + one + "!";
      if (!java.util.Arrays.equals(counter.tokenEnds(text), tokenizer.tokenEnds(text))
          || counter.count(text) != tokenizer.count(text)) {
        wrong.add(Integer.toHexString(c));
      }
    }

    assertThat(wrong).isEmpty();
  }

  /** Real text in English, Chinese and over four hundred other languages, as far as the machine has it. */
  @ParameterizedTest
  @EnumSource
  void realTextCountsAsTheTokenizerCountsIt(OnnxModel model) throws IOException {
    var counter = WordPieceCounter.load(model);
    var tokenizer = BertTokenizer.load(model);
    int compared = 0;
    for (String text : realTexts()) {
      assertThat(counter.tokenEnds(text)).isEqualTo(tokenizer.tokenEnds(text));
      assertThat(counter.count(text)).isEqualTo(tokenizer.count(text));
      compared++;
    }
    assertThat(compared).isGreaterThan(100);
  }

  private static List<String> realTexts() throws IOException {
    String folder = System.getenv("SELFRAG_TEST_DATA");
    if (folder == null) {
      System.err.println("SKIPPED: set SELFRAG_TEST_DATA to compare counts on real text");
    }
    assumeTrue(folder != null, "no test data");
    var texts = new ArrayList<String>();
    for (String name : List.of("bulk/docs.tar.gz", "eval/en-a/corpus.jsonl.gz", "eval/zh-a/corpus.jsonl.gz",
        "formats/txt/udhr-all-languages.txt")) {
      Path file = Path.of(folder, name.split("/"));
      try (var raw = Files.newInputStream(file);
          var reader = new InputStreamReader(name.endsWith(".gz") ? new GZIPInputStream(raw) : raw,
              StandardCharsets.UTF_8)) {
        var piece = new char[PIECE];
        for (int i = 0; i < PIECES_OF_A_FILE; i++) {
          int length = reader.read(piece);
          if (length < 0) {
            break;
          }
          texts.add(new String(piece, 0, length));
        }
      }
    }
    return texts;
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
