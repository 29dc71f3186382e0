package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.ContentWords;

/**
 * Whether a passage is about a question: how many of the question's content words it has, and how close the search found it. Its
 * bounds were chosen on judged questions, see {@code RelevanceCalibrationTest}.
 */
public final class Relevance {
  /** From here on a passage is about the question. */
  public static final double RELEVANT = 0.5;
  /** From here on it may be. */
  public static final double WEAK = 0.25;

  private final Similarity similarity;

  public Relevance(Similarity similarity) {
    this.similarity = similarity;
  }

  /** What a passage is worth to a question. */
  public enum Grade {
    RELEVANT, WEAK, IRRELEVANT;

    static Grade of(double score) {
      return score >= Relevance.RELEVANT ? RELEVANT : score >= Relevance.WEAK ? WEAK : IRRELEVANT;
    }
  }

  /** @param score from 0 to 1 */
  public record Graded(Evidence evidence, double score, Grade grade) {}

  /** Grades a passage; microseconds. */
  public Graded grade(String question, Evidence evidence) {
    var wanted = ContentWords.ofQuestion(question);
    var found = ContentWords.of(evidence.title() + "\n" + evidence.text());
    double words = wanted.isEmpty() ? 0 : (double) wanted.stream().filter(found::contains).count() / wanted.size();
    // A model that does not read the question's language finds everything alike.
    var cosine = similarity.comparable(question, evidence.text()) ? evidence.similarity() : null;
    double meaning = cosine == null ? 0 : similarity.scaled(evidence.text(), cosine);
    double score = cosine == null ? words : Math.max(0.5 * words + 0.5 * meaning, Math.min(words, 0.9) * 0.9);
    return new Graded(evidence, score, Grade.of(score));
  }
}
