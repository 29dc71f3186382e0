package io.selfrag.generation.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Fixtures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupportScorerTest {
  private final SupportScorer scorer = new SupportScorer(Similarity.NONE, Fixtures.library());

  @ParameterizedTest
  @ValueSource(strings = {"The main pump was installed in 2019 by Siemens Energy.",
      "Siemens Energy installed the pump in 2019.", "At full load it moves 1250 litres per minute.",
      "Operators must not start the pump with an empty tank.", "The seal has to be replaced every 18 months.",
      "主水泵于2019年由西门子能源公司安装。", "满负荷时，水泵每分钟输送 1,250 升水。", "密封件每十八个月更换一次。", "水箱为空时不得启动水泵。"})
  void whatAPassageSaysIsSupportedHoweverItIsPut(String sentence) {
    assertThat(scorer.score(sentence)).matches(Support::isEnough);
  }

  @ParameterizedTest
  @ValueSource(strings = {"The main pump was installed in 2018 by Siemens Energy.",
      "At full load it moves 1520 litres per minute.", "The seal must be replaced every 16 months.",
      "A clan of 7 badgers lives in one sett.", "主水泵由西门子能源公司于2018年安装。", "满负荷时每分钟输送1520升水。",
      "密封件必须每十六个月更换一次。"})
  void anAlteredNumberIsNot(String sentence) {
    assertThat(scorer.score(sentence)).matches(it -> !it.isEnough() && it.passages().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"The main pump was installed in 2019 by General Electric.",
      "The main pump was installed in 2019 by Siemens Healthineers.", "主水泵由通用电气公司于2019年安装。",
      "主水泵由格兰富公司于2019年安装。"})
  void anAlteredNameIsNot(String sentence) {
    assertThat(scorer.score(sentence)).matches(it -> !it.isEnough());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Operators must start the pump when the tank is empty.",
      "The seal must not be replaced every 18 months.", "水箱为空时得启动水泵。"})
  void aDenialOfWhatThePassageSaysIsNot(String sentence) {
    assertThat(scorer.score(sentence)).matches(it -> !it.isEnough());
  }

  @ParameterizedTest
  @ValueSource(strings = {"The warranty covers accidental damage for five years.", "保修期覆盖意外损坏。",
      "Bears hibernate in caves during winter."})
  void whatNoPassageIsAboutIsNot(String sentence) {
    assertThat(scorer.score(sentence)).matches(it -> !it.isEnough());
  }

  @Test
  void thePassagesThatSupportASentenceAreNamed() {
    assertThat(scorer.score("A clan of six badgers lives in one sett.").passages()).containsExactly(1);
    assertThat(scorer.score("密封件必须每18个月更换一次。").passages()).containsExactly(2);
  }

  @Test
  void numbersFromDifferentPlacesOfAPassageDoNotMakeAClaim() {
    var table = new SupportScorer(Similarity.NONE, List.of(Fixtures.passage(9, "", """
        Sales in the north were 410 units.
        The weather was fine.
        Nobody complained.
        The staff went on holiday.
        Sales in the south were 620 units.""")));

    assertThat(table.score("Sales in the north were 410 units.")).matches(Support::isEnough);
    assertThat(table.score("Sales in the north were 410 units and in the south 620 units."))
        .matches(it -> !it.isEnough());
  }

  @Test
  void meaningIsAskedForAtOnceAndNotForWhatCouldNotBeCitedWhateverItMeans() {
    var asked = new ArrayList<List<String>>();
    var counting = new Similarity() {
      @Override
      public double[] between(String text, List<String> others) {
        asked.add(others);
        return others.stream().mapToDouble(_ -> 0.8).toArray();
      }

      @Override
      public double scaled(String text, double cosine) {
        return cosine;
      }
    };
    var half = Fixtures.passage(8, "", "The main pump hums. Nobody hears it.");
    var other = Fixtures.passage(9, "", "The main pump stands in the cellar.");

    var open = new SupportScorer(counting, List.of(half, other)).score("The main pump makes noises.");
    var decided = new SupportScorer(counting, List.of(half, other, Fixtures.PUMP))
        .score("The main pump was installed in 2019 by Siemens Energy.");

    assertThat(open).matches(Support::isEnough);
    assertThat(decided.passages()).containsExactly(2);
    assertThat(asked.stream().filter(it -> !it.isEmpty()))
        .containsExactly(List.of("The main pump hums.", "Nobody hears it.", "The main pump stands in the cellar."));
  }

  @Test
  void withoutPassagesNothingIsSupported() {
    assertThat(new SupportScorer(Similarity.NONE, List.of()).score("The pump was installed in 2019."))
        .matches(it -> !it.isEnough());
  }

  @Test
  void whatSaysNothingIsNoClaim() {
    assertThat(SupportScorer.isClaim("In short:")).isFalse();
    assertThat(SupportScorer.isClaim("The seal leaks.")).isTrue();
    assertThat(SupportScorer.isClaim("42.")).isTrue();
  }
}
