package io.selfrag.query.evaluate;

import java.util.Map;

/**
 * A question and what answers it.
 *
 * @param relevant grade by document id, external id or chunk id; 0 is not relevant
 */
public record JudgedQuery(String id, String text, Map<String, Integer> relevant) {
  public JudgedQuery {
    relevant = Map.copyOf(relevant);
  }
}
