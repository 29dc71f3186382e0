package io.selfrag.generation.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortFormsTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "The growth in research and development (“R&D”) expense|R&D spending|research and development spending",
      "It was filed with the U.S. Securities and Exchange Commission (the agency).|the SEC|the SEC",
      "Patients with chronic kidney disease (CKD) were asked.|stages of CKD|stages of chronic kidney disease",
      "The cost of goods sold (COGS) fell.|COGS?|cost of goods sold?",
      "They met in the hall (BBC) at noon.|the BBC|the BBC",
      "A restricted stock unit (RSU) vests.|RSUs of 2020|RSUs of 2020",
      "世界卫生组织 World Health Organization (WHO) 指出|WHO 的规定|World Health Organization 的规定"})
  void whatATextExplainsIsSpelledOutAndNothingElse(String text, String question, String spelled) {
    assertThat(ShortForms.in(List.of(text)).spelledOut(question)).isEqualTo(spelled);
  }
}
