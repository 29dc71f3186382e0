package io.selfrag.query.retrieve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What one snapshot of PostgreSQL says of the best hits. */
record Judgement(List<Hydration> verdicts) {
  Judgement {
    verdicts = List.copyOf(verdicts);
  }

  long live() {
    return verdicts.stream().filter(Hydration.Live.class::isInstance).count();
  }

  boolean droppedAny() {
    return live() < verdicts.size();
  }

  Set<UUID> documentsOf(Hydration.Reason reason) {
    return verdicts.stream().filter(Hydration.Dropped.class::isInstance).map(Hydration.Dropped.class::cast)
        .filter(it -> it.reason() == reason).map(Hydration.Dropped::documentId).collect(Collectors.toSet());
  }

  /** How many hits each reason left out. */
  Map<Hydration.Reason, Long> dropped() {
    return verdicts.stream().filter(Hydration.Dropped.class::isInstance).map(Hydration.Dropped.class::cast)
        .collect(Collectors.groupingBy(Hydration.Dropped::reason, Collectors.counting()));
  }

  /** The live ones among the ranked, in their order. */
  List<Retrieval.Hit> hits(List<Candidate> ranked) {
    var passages = new HashMap<UUID, Passage>();
    for (Hydration verdict : verdicts) {
      if (verdict instanceof Hydration.Live live) {
        passages.put(live.chunkId(), live.passage());
      }
    }
    var hits = new ArrayList<Retrieval.Hit>();
    for (Candidate candidate : ranked) {
      var passage = passages.get(candidate.chunkId());
      if (passage != null) {
        hits.add(new Retrieval.Hit(passage, candidate));
      }
    }
    return hits;
  }
}
