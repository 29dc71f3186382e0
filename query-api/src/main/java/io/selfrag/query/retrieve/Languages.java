package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.SearchResult;
import java.util.HashMap;
import java.util.Map;

/**
 * How much the passages of another language than the question's count beside those of its own: half as much, since a model
 * knows one language, unless the question's words say more. Who asks what err_conn_42 means wants the one passage that
 * names it, in whatever language. Words compare across languages, since each collection weighs them by how rare they are in
 * it. Pure.
 */
final class Languages {
  private static final double FOREIGN = 0.5;
  /** The best passage of another language leads then, and the others take turns. */
  private static final double MOST = 1.1;

  private Languages() {}

  /** @param first what the question's own words and meaning found, before anything was learnt */
  static Map<CollectionQuery, Double> weights(Map<CollectionQuery, SearchResult> first) {
    var weights = new HashMap<CollectionQuery, Double>();
    first.forEach((query, result) -> weights.put(query,
        query.weight() * (query.isForeign() ? foreign(bestWords(result), bestOfOwn(query, first)) : 1)));
    return weights;
  }

  private static double foreign(double words, double ofOwn) {
    return ofOwn > 0 ? Math.clamp(words / ofOwn, FOREIGN, MOST) : words > 0 ? MOST : FOREIGN;
  }

  private static double bestOfOwn(CollectionQuery foreign, Map<CollectionQuery, SearchResult> first) {
    return first.entrySet().stream().filter(it -> !it.getKey().isForeign() && it.getKey().asksTheSameAs(foreign))
        .mapToDouble(it -> bestWords(it.getValue())).max().orElse(0);
  }

  private static double bestWords(SearchResult result) {
    return result.bm25().isEmpty() ? 0 : result.bm25().getFirst().score();
  }
}
