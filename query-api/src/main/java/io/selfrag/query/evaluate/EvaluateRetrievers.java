package io.selfrag.query.evaluate;

import io.selfrag.query.evaluate.JudgedRanking.Found;
import io.selfrag.query.retrieve.Retrieval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Asks every judged query of every retriever and measures the rankings. Retrievers take turns on each query, so that all have seen the
 * same queries whenever it ends. Blocking; ends early when its thread is interrupted.
 */
public final class EvaluateRetrievers {
  private final BiFunction<JudgedQuery, Contender, Retrieval.Answer> search;
  private final Duration budget;

  /**
   * @param search one query by one retriever, at least {@link QueryMeasures#DEPTH} documents deep
   * @param budget no query is begun after it
   */
  public EvaluateRetrievers(BiFunction<JudgedQuery, Contender, Retrieval.Answer> search, Duration budget) {
    this.search = search;
    this.budget = budget;
  }

  /** Which retriever is measured; its place in the list is its name. */
  public record Contender(int place) {}

  /**
   * One retriever's results, one of each query that was asked.
   *
   * @param millis how long each search took
   */
  public record Course(List<QueryMeasures> measures, List<Double> millis, Retrieval.Answer last) {
    public QueryMeasures mean() {
      return QueryMeasures.mean(measures);
    }

    /** Values of one measure, query by query. */
    public List<Double> values(String name) {
      return measures.stream().map(it -> it.value(name)).toList();
    }
  }

  /** @return one course for each contender; all of the same length, at least 1 */
  public List<Course> run(UUID knowledgeBaseId, List<JudgedQuery> queries, int contenders, int k) {
    var measures = new ArrayList<List<QueryMeasures>>();
    var millis = new ArrayList<List<Double>>();
    var last = new ArrayList<Retrieval.Answer>();
    for (int i = 0; i < contenders; i++) {
      measures.add(new ArrayList<>());
      millis.add(new ArrayList<>());
    }
    long start = System.nanoTime();
    for (JudgedQuery query : queries) {
      boolean first = measures.getFirst().isEmpty();
      if (!first && (System.nanoTime() - start > budget.toNanos() || Thread.currentThread().isInterrupted())) {
        break;
      }
      last.clear();
      var names = new JudgedRanking(knowledgeBaseId, query.relevant().keySet());
      for (int i = 0; i < contenders; i++) {
        long begin = System.nanoTime();
        var answer = search.apply(query, new Contender(i));
        millis.get(i).add((System.nanoTime() - begin) / 1e6);
        var ranked = names.name(answer.hits().stream()
            .map(it -> new Found(it.passage().chunkId(), it.passage().documentId())).toList());
        measures.get(i).add(QueryMeasures.of(ranked, query.relevant(), k));
        last.add(answer);
      }
    }
    var courses = new ArrayList<Course>();
    for (int i = 0; i < contenders; i++) {
      courses.add(new Course(measures.get(i), millis.get(i), last.get(i)));
    }
    return courses;
  }
}
