package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.selfrag.vectorstore.analysis.WordQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedbackTest {
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};

  @Test
  void aPassageThatStandsOutTeachesAlmostAlone() {
    double[] weights = Feedback.weights(List.of(1.0, 0.5, 0.5));

    assertThat(weights[0]).isCloseTo(8.0 / 9, within(1e-9));
    assertThat(weights[1]).isEqualTo(weights[2]);
  }

  @Test
  void weightsSumToOneWhateverTheScores() {
    for (var scores : List.of(List.of(3.0, 2.0), List.of(0.0, 0.0, 0.0), List.of(1.0, -0.5), List.of(-1.0))) {
      double sum = 0;
      for (double weight : Feedback.weights(scores)) {
        sum += weight;
      }
      assertThat(sum).as("of %s", scores).isCloseTo(1, within(1e-9));
    }
    assertThat(Feedback.weights(List.of())).isEmpty();
  }

  @Test
  void theVectorIsDrawnToThePassagesAndKeepsItsLength() {
    float[] drawn = Feedback.vector(EAST, List.of(new Feedback.Lesson(1, "north", NORTH)));

    assertThat(drawn[1] / drawn[0]).isCloseTo(0.8f, within(1e-6f));
    assertThat(Math.hypot(drawn[0], drawn[1])).isCloseTo(1, within(1e-6));
    assertThat(EAST).containsExactly(1, 0);
  }

  @Test
  void passagesWithoutVectorOrOfAnotherModelLeaveTheVector() {
    var lessons = List.of(new Feedback.Lesson(0.5, "none", null),
        new Feedback.Lesson(0.5, "other", new float[]{1, 0, 0}));

    assertThat(Feedback.vector(EAST, lessons)).containsExactly(1, 0);
  }

  @Test
  void onePassageTeachesNoWordsAndSeveralAlikeDo() {
    var question = WordQuery.of("otter");

    assertThat(Feedback.words(question, List.of(new Feedback.Lesson(1, "river fish", null)))).isEqualTo(question);
    var learnt = Feedback.words(question, List.of(new Feedback.Lesson(0.5, "river fish", null),
        new Feedback.Lesson(0.5, "river bank", null))).weights();
    assertThat(learnt).containsOnlyKeys("otter", "river", "fish", "bank");
    assertThat(learnt.get("otter")).isCloseTo(0.65f, within(1e-6f));
    assertThat(learnt.get("river")).isEqualTo(2 * learnt.getOrDefault("fish", 0f), within(1e-6f));
    assertThat(learnt.values().stream().mapToDouble(Float::doubleValue).sum()).as("the question's own sum")
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void whatHardlyCountsTeachesNoWords() {
    var learnt = Feedback.words(WordQuery.of("otter"), List.of(new Feedback.Lesson(0.5, "river", null),
        new Feedback.Lesson(0.49, "river bank", null), new Feedback.Lesson(0.01, "desert", null)));

    assertThat(learnt.weights()).containsOnlyKeys("otter", "river", "bank");
  }

  @Test
  void aQuestionWithoutWordsLearnsNone() {
    assertThat(Feedback.words(WordQuery.of("?"), List.of(new Feedback.Lesson(0.5, "river", null),
        new Feedback.Lesson(0.5, "bank", null))).isEmpty()).isTrue();
  }
}
