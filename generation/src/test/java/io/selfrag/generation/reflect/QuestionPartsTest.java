package io.selfrag.generation.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuestionPartsTest {
  @Test
  void aQuestionThatAsksOneThingHasNoParts() {
    assertThat(QuestionParts.of("When was the main pump installed?")).isEmpty();
    assertThat(QuestionParts.of("Which pumps and valves were installed in 2019, and by Siemens?")).isEmpty();
    assertThat(QuestionParts.of("主水泵是什么时候安装的？")).isEmpty();
    assertThat(QuestionParts.of("苹果、梨和香蕉的价格是多少？")).isEmpty();
    assertThat(QuestionParts.of("pump")).isEmpty();
  }

  @Test
  void englishClausesThatAskAgainArePartsOfTheirOwn() {
    assertThat(QuestionParts.of("When was the main pump installed and how long does the seal last?"))
        .containsExactly("When was the main pump installed", "how long does the seal last");
    assertThat(QuestionParts.of("Who built the bridge? What did it cost?"))
        .containsExactly("Who built the bridge", "What did it cost");
    assertThat(QuestionParts.of("In 2023, what was the tax rate, and how does the statutory rate compare?"))
        .containsExactly("In 2023, what was the tax rate", "how does the statutory rate compare");
  }

  @Test
  void chineseClausesThatAskAgainArePartsOfTheirOwn() {
    assertThat(QuestionParts.of("主水泵是什么时候安装的，密封件多久更换一次？"))
        .containsExactly("主水泵是什么时候安装的", "密封件多久更换一次");
    assertThat(QuestionParts.of("谁设计了这座桥？造价是多少？")).containsExactly("谁设计了这座桥", "造价是多少");
    assertThat(QuestionParts.of("在北京，谁设计了这座桥以及造价是多少？")).containsExactly("在北京，谁设计了这座桥", "造价是多少");
  }

  @Test
  void thereAreAtMostThreeParts() {
    assertThat(QuestionParts.of("Who came? What rang? When did Ann leave? Where is Bob?")).hasSize(3);
  }
}
