package io.selfrag.generation.reflect;

import java.time.Duration;

/**
 * How much an answer may cost beside its one generation.
 *
 * @param searches most searches
 * @param regenerations most sentences that are written again
 * @param aside longest call of the model that is not the answer itself: a query, a sentence
 * @param promptTokens most tokens of a prompt and its answer together
 */
public record Budget(int searches, int regenerations, Duration aside, int promptTokens) {
  /** Two searches, three sentences, twenty seconds. */
  public static Budget of(int promptTokens) {
    return new Budget(2, 3, Duration.ofSeconds(20), promptTokens);
  }
}
