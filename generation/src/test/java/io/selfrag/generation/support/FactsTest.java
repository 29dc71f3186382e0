package io.selfrag.generation.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactsTest {
  @Test
  void numbersAreComparedByValueHoweverTheyAreWritten() {
    assertThat(Facts.numbers("1,250.50 and 007 and 3.0")).containsExactly("1250.5", "7", "3");
    assertThat(Facts.numbers("１２５０升")).containsExactly("1250");
    assertThat(Facts.numbers("$82,959 million, 12%")).containsExactly("82959", "12");
    assertThat(Facts.numbers("二〇二三年，一百零五人，二十三个，十八")).containsExactly("2023", "105", "23", "18");
    assertThat(Facts.numbers("a list: 1,2,3")).contains("1", "2", "3");
  }

  @Test
  void namesAreWordsThatAreWrittenAsNames() {
    assertThat(Facts.of("The report says that Tim Cook met ACME's board and err_conn42 failed.").names())
        .contains("tim", "cook", "acme");
    assertThat(Facts.of("Sales grew. However, costs fell.").names()).isEmpty();
    assertThat(Facts.of("他读了《红楼梦》和「黑」。").names()).containsExactly("红楼梦", "黑");
  }
}
