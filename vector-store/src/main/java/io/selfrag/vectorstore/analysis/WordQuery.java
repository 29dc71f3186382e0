package io.selfrag.vectorstore.analysis;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms that BM25 looks for, each with how much it counts.
 *
 * @param weights above 0; in order of first occurrence
 */
public record WordQuery(Map<String, Float> weights) {
  public WordQuery {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /**
   * A text that is taken for an example of what is looked for.
   *
   * @param weight above 0, beside those of the other texts
   */
  public record Example(String text, double weight) {}

  /** The question's terms; each counts as often as it occurs. */
  public static WordQuery of(String question) {
    var weights = new LinkedHashMap<String, Float>();
    TextAnalysis.questionTerms(question).forEach((term, count) -> weights.put(term, (float) count));
    return new WordQuery(weights);
  }

  /**
   * The question mixed with the commonest terms of examples, as relevance model RM3 does (Abdul-Jaleel et al., TREC 2004). The
   * weights' sum stays what it was, so that scores keep their scale.
   *
   * @param share what the examples count of the whole, 0 to below 1
   * @param terms most terms that are taken from the examples
   */
  public WordQuery learning(List<Example> examples, double share, int terms) {
    var seen = new HashMap<String, Double>();
    for (Example example : examples) {
      var words = TextAnalysis.documentTerms(example.text());
      double all = words.frequencies().values().stream().mapToInt(Integer::intValue).sum();
      words.frequencies().forEach((term, count) -> seen.merge(term, example.weight() * count / all, Double::sum));
    }
    // Of equal terms the alphabet decides, so that equal input gives an equal query.
    var commonest = seen.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(terms).toList();
    double learned = commonest.stream().mapToDouble(Map.Entry::getValue).sum();
    double asked = weights.values().stream().mapToDouble(Float::doubleValue).sum();
    if (share <= 0 || learned <= 0 || asked <= 0) {
      return this;
    }
    var mixed = new LinkedHashMap<String, Float>();
    weights.forEach((term, weight) -> mixed.put(term, (float) (weight * (1 - share))));
    commonest
        .forEach(term -> mixed.merge(term.getKey(), (float) (asked * share * term.getValue() / learned), Float::sum));
    return new WordQuery(mixed);
  }

  /** True for a question without any word. */
  public boolean isEmpty() {
    return weights.isEmpty();
  }
}
