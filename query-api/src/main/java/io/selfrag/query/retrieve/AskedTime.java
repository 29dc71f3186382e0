package io.selfrag.query.retrieve;

import io.selfrag.generation.text.Period;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Puts documents of the time that a question asks about before those of another: reports of four quarters say the same of four times, and
 * neither words nor meaning tell them apart where the date stands in the title alone. Pure.
 */
final class AskedTime {
  private AskedTime() {}

  /** Whether the order may depend on it, so that more hits than are shown have to be looked at. */
  static boolean matters(String question, SearchPlan plan) {
    return plan.heedsPeriod() && Period.isIn(question);
  }

  /** @param hits best first */
  static List<Retrieval.Hit> heeded(String question, List<Retrieval.Hit> hits, Map<UUID, SearchPlan.Searched> bases) {
    if (!Period.isIn(question)) {
      return hits;
    }
    boolean[] fits = Period.fits(question, hits.stream().map(it -> it.passage().title()).toList());
    var heeded = new ArrayList<Retrieval.Hit>();
    for (int i = 0; i < fits.length; i++) {
      var hit = hits.get(i);
      var base = bases.get(hit.passage().knowledgeBaseId());
      heeded.add(fits[i] || base == null || !base.retriever().legs().period() ? hit : hit.inAnotherTime());
    }
    // Equal ones keep their order.
    heeded.sort(Comparator.comparingDouble(Retrieval.Hit::score).reversed());
    return List.copyOf(heeded);
  }
}
