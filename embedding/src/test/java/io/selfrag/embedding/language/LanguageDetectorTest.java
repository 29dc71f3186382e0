package io.selfrag.embedding.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageDetectorTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"How is the pump started?|ENGLISH", "启动水泵之前必须先灌满水。|CHINESE", "繁體中文的說明書|CHINESE",
      "在 Kubernetes 上用 Helm 部署 Spring Boot 应用|CHINESE",
      "The word 水泵 means water pump in Chinese texts about engines|ENGLISH",
      "ポンプを起動する前に水を入れてください。|OTHER", "Насос нужно заполнить водой|OTHER", "펌프를 시작하기 전에|OTHER", "12345 -- !!|OTHER",
      "🚀🚀|OTHER",
      "El niño no sabía qué decir|ENGLISH", "GDP 增长 5.2%|CHINESE"})
  void theScriptDecides(String text, Language expected) {
    assertThat(LanguageDetector.detect(text)).isEqualTo(expected);
  }

  @Test
  void nothingIsOther() {
    assertThat(LanguageDetector.detect("")).isEqualTo(Language.OTHER);
  }

  @Test
  void aCombiningMarkOrApostropheDoesNotSplitAWord() {
    // given: two Han characters against four Latin words; counted as eight, they would be too few
    assertThat(LanguageDetector.detect("cafe\u0301 don't re\u0301sume\u0301 v2x 中文")).isEqualTo(Language.CHINESE);
  }

  @Test
  void onlyTheBeginningIsRead() {
    assertThat(LanguageDetector.detect("word ".repeat(LanguageDetector.SAMPLE) + "水".repeat(100_000)))
        .isEqualTo(Language.ENGLISH);
  }

  @Test
  void eachLanguageNamesItsModel() {
    assertThat(Language.CHINESE.modelLanguage()).isEqualTo("zh");
    assertThat(Language.ENGLISH.modelLanguage()).isEqualTo("en");
    assertThat(Language.OTHER.modelLanguage()).isEqualTo("en");
  }
}
