package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.analysis.Titles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Lets the best passages of a first search teach a second one, where a retriever asks for it. */
final class LearnFromHits {
  private final PassageCatalog catalog;
  private final SearchLegs legs;

  LearnFromHits(PassageCatalog catalog, SearchLegs legs) {
    this.catalog = catalog;
    this.legs = legs;
  }

  /** Searches again by what the first hits teach, where a retriever asks for it. Only what the caller may read teaches. */
  SearchLegs.Found learned(Retrieval.Request request, SearchPlan plan, SearchLegs.Found found,
      StageClock clock) {
    var teachers = new LinkedHashMap<CollectionQuery, List<Candidate>>();
    found.results().forEach((query, result) -> {
      if (query.retriever().feedback()) {
        var best = Fusion.ofLegs(result, query.retriever());
        teachers.put(query, best.subList(0, Math.min(best.size(), Feedback.PASSAGES)));
      }
    });
    if (teachers.isEmpty()) {
      return found;
    }
    var learnt = clock.time("learn", () -> learn(request, plan, found, teachers));
    return learnt.isEmpty() ? found : legs.again(request, found, learnt, clock);
  }

  private Map<CollectionQuery, SearchLegs.Question> learn(Retrieval.Request request, SearchPlan plan,
      SearchLegs.Found found, Map<CollectionQuery, List<Candidate>> teachers) {
    var all = teachers.values().stream().flatMap(List::stream).toList();
    if (all.isEmpty()) {
      return Map.of();
    }
    var passages = new HashMap<UUID, Passage>();
    catalog.hydrate(request.tenantId(), plan.knowledgeBaseIds(), all, 0, request.viewer()).forEach(it -> {
      if (it instanceof Hydration.Live live) {
        passages.put(live.chunkId(), live.passage());
      }
    });
    boolean byMeaning = teachers.keySet().stream().anyMatch(it -> it.retriever().hasDense());
    Map<UUID, float[]> vectors = byMeaning && !passages.isEmpty()
        ? catalog.vectors(request.tenantId(), passages.keySet())
        : Map.of();
    var learnt = new LinkedHashMap<CollectionQuery, SearchLegs.Question>();
    teachers.forEach((query, best) -> {
      var lessons = lessons(best, passages, vectors);
      var question = found.questions().get(query);
      if (question != null && !lessons.isEmpty()) {
        var vector = question.vector();
        var words = question.words();
        learnt.put(query, SearchLegs.Question.of(vector == null ? null : Feedback.vector(vector, lessons),
            words == null ? null : Feedback.words(words, lessons)));
      }
    });
    return learnt;
  }

  private static List<Feedback.Lesson> lessons(List<Candidate> best, Map<UUID, Passage> passages,
      Map<UUID, float[]> vectors) {
    var live = best.stream().filter(it -> passages.containsKey(it.chunkId())).toList();
    double[] weights = Feedback.weights(live.stream().map(Candidate::score).toList());
    var lessons = new ArrayList<Feedback.Lesson>();
    for (int i = 0; i < weights.length; i++) {
      var id = live.get(i).chunkId();
      var passage = passages.get(id);
      if (passage != null) {
        lessons.add(new Feedback.Lesson(weights[i], Titles.above(passage.title(), passage.text()), vectors.get(id)));
      }
    }
    return lessons;
  }
}
