package io.selfrag.generation.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeriodTest {
  private static final List<String> REPORTS = List.of("2022_Q3_ACME.pdf", "2023_Q1_ACME.pdf", "2023_Q3_ACME.pdf",
      "By-laws");

  @Test
  void theYearAndTheQuarterOfTheQuestionAreThoseOfTheTitle() {
    assertThat(fitting("What was ACME's revenue in Q3 2023?", REPORTS)).containsExactly("2023_Q3_ACME.pdf", "By-laws");
    assertThat(fitting("Revenue in the first quarter of 2023", REPORTS)).containsExactly("2023_Q1_ACME.pdf", "By-laws");
    assertThat(fitting("Revenue of 2022", REPORTS)).containsExactly("2022_Q3_ACME.pdf", "By-laws");
  }

  @Test
  void twoTimesInAQuestionFitBoth() {
    assertThat(fitting("How did revenue grow from Q3 2022 to Q1 2023?", REPORTS)).isEqualTo(REPORTS);
  }

  @Test
  void theLatestIsTheNewestOfItsSeriesAlone() {
    var titles = List.of("2022_Q3_ACME.pdf", "2023_Q3_ACME.pdf", "Strategy 2050", "Q1 2021 sales", "By-laws");

    assertThat(fitting("What does the most recent report say?", titles)).containsExactly("2023_Q3_ACME.pdf",
        "Strategy 2050", "Q1 2021 sales", "By-laws");
    assertThat(fitting("最新的报告说了什么？", titles)).doesNotContain("2022_Q3_ACME.pdf").contains("2023_Q3_ACME.pdf");
  }

  @Test
  void aQuestionWithoutATimeFitsEveryTitle() {
    assertThat(fitting("What are current liabilities?", REPORTS)).isEqualTo(REPORTS);
    assertThat(Period.isIn("What are current liabilities?")).isFalse();
    assertThat(Period.isIn("Which is the latest?")).isTrue();
  }

  @Test
  void aSpanOfYearsHoldsTheYearsBetween() {
    var titles = List.of("Plan 2020-2025", "Plan 2010-2015");

    assertThat(fitting("What was planned for 2022?", titles)).containsExactly("Plan 2020-2025");
    assertThat(fitting("2008年发生了什么？", List.of("2007-08年危机", "2009年危机"))).containsExactly("2007-08年危机");
  }

  @Test
  void monthsAreToldApart() {
    var titles = List.of("minutes 2024-03", "minutes 2024-04", "会议纪要 2024年3月");

    assertThat(fitting("Who spoke in 2024-03?", titles)).containsExactly("minutes 2024-03", "会议纪要 2024年3月");
  }

  private static List<String> fitting(String question, List<String> titles) {
    boolean[] fits = Period.fits(question, titles);
    return IntStream.range(0, fits.length).filter(i -> fits[i]).mapToObj(titles::get).toList();
  }
}
