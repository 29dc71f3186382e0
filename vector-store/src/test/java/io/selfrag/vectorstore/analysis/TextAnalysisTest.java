package io.selfrag.vectorstore.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextAnalysisTest {
  @Test
  void englishIsLowerCasedAndStemmed() {
    assertThat(terms("The Server's replicas are Running")).containsExactly("the", "server", "replica", "are", "run");
  }

  @Test
  void chineseBecomesSingleCharactersAndPairs() {
    assertThat(terms("向量库")).containsExactlyInAnyOrder("向", "向量", "量", "量库", "库");
  }

  @Test
  void chineseWordsOfThreeCharactersAndMoreAreTermsToo() {
    assertThat(terms("国务院在天安门开会，奥林匹克在巴黎。")).contains("国务院", "天安门", "奥林匹克", "国务", "务院", "院")
        .doesNotContain("在天安门", "开会，");
    assertThat(terms("國務院")).contains("国务院");
    assertThat(terms("国务 院")).doesNotContain("国务院");
  }

  @Test
  void wordsDoNotLengthenAText() {
    assertThat(TextAnalysis.documentTerms("国务院").length()).isEqualTo(3);
  }

  @Test
  void fullWidthFormsAreFolded() {
    assertThat(terms("ＡＰＩ２")).containsExactly("api2");
  }

  @Test
  void identifiersStayWholeAndUnstemmed() {
    assertThat(terms("err_conn_42 max_retries tlsv1.3")).containsExactly("err_conn_42", "max_retries", "tlsv1.3");
  }

  @Test
  void questionTermsAreCountedAndBounded() {
    assertThat(TextAnalysis.questionTerms("run, runs, running!")).containsExactly(java.util.Map.entry("run", 3));
    var words = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      words.append("w").append(i).append(' ');
    }
    assertThat(TextAnalysis.questionTerms(words.toString())).hasSize(512);
    assertThat(TextAnalysis.documentTerms(words.toString()).frequencies()).hasSize(2000);
  }

  @Test
  void sparseVectorsSaturateAndAreNormalisedByLength() {
    SparseVector once = SparseVector.ofDocument("word");
    SparseVector often = SparseVector.ofDocument("word word word word word word");
    SparseVector diluted = SparseVector.ofDocument("word " + "other ".repeat(500));

    assertThat(once.indices()).isEqualTo(SparseVector.ofQuestion("words").indices());
    assertThat(SparseVector.ofQuestion("word words").values()).containsExactly(2f);
    assertThat(often.values()[0]).isBetween(once.values()[0], TextAnalysis.K1 + 1);
    assertThat(weight(diluted, once.indices()[0])).isLessThan(once.values()[0]);
    assertThat(SparseVector.ofDocument("?!").isEmpty()).isTrue();
  }

  @Test
  void sparseIndicesAreDistinctAndAscendingForAnyText() {
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(400); length > 0; length--) {
        text.appendCodePoint(random.nextInt(10) == 0 ? ' ' : random.nextInt(0x20, 0xD7FF));
      }

      SparseVector vector = SparseVector.ofDocument(text.toString());

      assertThat(vector.values()).hasSameSizeAs(vector.indices());
      for (int j = 0; j < vector.indices().length; j++) {
        assertThat(vector.values()[j]).isPositive();
        assertThat(j == 0 || vector.indices()[j - 1] < vector.indices()[j]).isTrue();
      }
    }
  }

  private static Iterable<String> terms(String text) {
    return TextAnalysis.documentTerms(text).frequencies().keySet();
  }

  private static float weight(SparseVector vector, int index) {
    return vector.values()[java.util.Arrays.binarySearch(vector.indices(), index)];
  }

  @Test
  void traditionalAndSimplifiedChineseAreTheSameTerms() {
    assertThat(TextAnalysis.questionTerms("資料庫連線數過多")).isEqualTo(TextAnalysis.questionTerms("资料库连线数过多"));
    assertThat(TextAnalysis.questionTerms("電影《流浪地球2》的導演")).isEqualTo(TextAnalysis.questionTerms("电影《流浪地球2》的导演"));
  }

  @Test
  void fullWidthLettersAndDigitsAreTheirUsualOnes() {
    assertThat(TextAnalysis.questionTerms("ＫＡＦＫＡ　２０２３")).isEqualTo(TextAnalysis.questionTerms("kafka 2023"));
  }

  @Test
  void chineseAndEnglishInOneQuestionAreBothFound() {
    assertThat(TextAnalysis.questionTerms("怎么重启Kafka broker")).containsKeys("重启", "kafka", "broker");
  }

  @Test
  void whatExamplesHaveInCommonCountsMost() {
    var learnt = WordQuery.of("otter").learning(
        List.of(new WordQuery.Example("rivers fish", 0.5), new WordQuery.Example("river bank", 0.5)), 0.5, 1);

    assertThat(learnt.weights()).containsExactly(java.util.Map.entry("otter", 0.5f),
        java.util.Map.entry("river", 0.5f));
  }
}
