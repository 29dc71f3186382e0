package io.selfrag.generation.reflect;

import java.time.Duration;

/**
 * How much an answer may cost beside its one generation.
 *
 * @param rounds most times that passages are looked for; a round of a question in parts is a search for each of them
 * @param regenerations most sentences that are written again
 * @param aside longest call of the model that is not the answer itself: a query, a grade, a sentence
 * @param time longest search for passages, all rounds and their calls together; what is under way when it ends is finished
 * @param asideTokens most tokens of all calls of the model that are not the answer itself
 * @param promptTokens most tokens of a prompt and its answer together
 * @param grader who says whether a passage is about the question
 */
public record Budget(int rounds, int regenerations, Duration aside, Duration time, int asideTokens, int promptTokens,
    Grader grader) {
  /** Who grades passages. */
  public enum Grader {
    /** Words and embeddings, in microseconds. */
    LOCAL,
    /** The language model, where there is one: a call more for each round. Where it fails, the local grades stand. */
    LLM
  }

  /** Two rounds, three sentences, calls of twenty seconds, thirty seconds and 8,000 tokens in all; graded locally. */
  public static Budget of(int promptTokens) {
    return new Budget(2, 3, Duration.ofSeconds(20), Duration.ofSeconds(30), 8_000, promptTokens, Grader.LOCAL);
  }
}
