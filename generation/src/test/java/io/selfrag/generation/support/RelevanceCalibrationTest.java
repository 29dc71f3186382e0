package io.selfrag.generation.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.embedding.settings.EmbeddingSettings.Provider;
import io.selfrag.generation.Evidence;
import io.selfrag.generation.support.JudgedSentences.Judged;
import io.selfrag.generation.support.JudgedSentences.Kind;
import io.selfrag.generation.support.Relevance.Grade;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Where the bounds of relevance come from: judged questions with the paragraph that answers each and with another. */
class RelevanceCalibrationTest {
  private static final int QUESTIONS = 300;
  private static final int MEASURED_WITH_A_MODEL = 20;

  @Test
  void wordsAloneTellPassagesThatAnswerFromOthers() throws IOException {
    tells("words", QUESTIONS, UnaryOperator.identity(), Similarity.NONE);
  }

  @Test
  void wordsAndMeaningTellThemApart() throws IOException {
    requireData();
    try (var models = new EmbeddingModels(EmbeddingSettings.of(Provider.ONNX))) {
      var id = models.settings().modelsFor("zh").getFirst().model();
      var embedder = models.of(id);
      tells("words and meaning", MEASURED_WITH_A_MODEL, it -> {
        var text = it.passage().text();
        var passage = embedder.embedPassages(java.util.List.of(text.substring(0, Math.min(400, text.length()))))
            .getFirst();
        var question = embedder.embedQuery(it.sentence());
        double cosine = 0;
        for (int i = 0; i < passage.length; i++) {
          cosine += passage[i] * question[i];
        }
        return new Judged(it.kind(), it.sentence(),
            new Evidence(it.passage().chunkId(), it.passage().title(), text, cosine));
      }, new ModelSimilarity(models));
    }
  }

  @Test
  void aQuestionInALanguageThatThePassagesModelDoesNotReadIsJudgedByItsWords() {
    try (var models = new EmbeddingModels(EmbeddingSettings.of(Provider.ONNX))) {
      var relevance = new Relevance(new ModelSimilarity(models));
      var english = new Evidence(new UUID(0, 1), "Valves", "The valve of the Kubernetes pod opens at six bar.", 0.92);

      assertThat(relevance.grade("谁赢得了国际象棋冠军？", english).grade()).isEqualTo(Grade.IRRELEVANT);
      assertThat(relevance.grade("Kubernetes pod 是什么？", english).grade()).isEqualTo(Grade.RELEVANT);
      assertThat(relevance.grade("What opens the sluice?", english).grade()).isEqualTo(Grade.RELEVANT);
    }
  }

  private static void requireData() {
    if (!JudgedSentences.available()) {
      System.err.println("########## SKIPPED: no judged questions, see SELFRAG_TEST_DATA ##########");
      throw new TestAbortedException("no data sets");
    }
  }

  private static void tells(String by, int count, UnaryOperator<Judged> measured, Similarity similarity)
      throws IOException {
    requireData();
    var relevance = new Relevance(similarity);
    var counts = new int[2][3];
    for (Judged it : JudgedSentences.questions(count)) {
      var judged = measured.apply(it);
      var graded = relevance.grade(judged.sentence(), judged.passage());
      counts[it.kind() == Kind.SUPPORTED ? 1 : 0][graded.grade().ordinal()]++;
    }
    double kept = share(counts[1], Grade.RELEVANT, Grade.WEAK);
    double dropped = share(counts[0], Grade.IRRELEVANT);
    System.out.printf(Locale.ROOT,
        "relevance by %s: of passages that answer %.3f relevant, %.3f not dropped; of others %.3f dropped, %.3f relevant%n",
        by, share(counts[1], Grade.RELEVANT), kept, dropped, share(counts[0], Grade.RELEVANT));
    assertThat(kept).isGreaterThanOrEqualTo(0.95);
    assertThat(dropped).isGreaterThanOrEqualTo(0.9);
  }

  private static double share(int[] counts, Grade... grades) {
    int all = counts[0] + counts[1] + counts[2];
    int some = 0;
    for (Grade grade : grades) {
      some += counts[grade.ordinal()];
    }
    return some / (double) all;
  }
}
