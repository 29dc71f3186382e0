package io.selfrag.query.evaluate.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.selfrag.query.evaluate.EvaluateRetrievers.Course;
import io.selfrag.query.evaluate.JudgedQuery;
import io.selfrag.query.evaluate.PairedBootstrap;
import io.selfrag.query.evaluate.Percentiles;
import io.selfrag.query.evaluate.QueryMeasures;
import io.selfrag.query.retrieve.http.RetrieveAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /v1/knowledge-bases/{id}/evaluate}.
 *
 * @param queries how many were judged
 * @param evaluated how many were asked: fewer where time ran out
 * @param comparisons each further retriever with the first, by nDCG@10
 */
record EvaluateAnswer(UUID knowledgeBaseId, int queries, int evaluated, int k, List<Measured> retrievers,
    List<Comparison> comparisons) {

  /** @param model which models took part in the last query */
  record Measured(String name, Map<String, @Nullable Object> params, Map<String, Double> metrics, Latency latencyMs,
      RetrieveAnswer.Model model, @Nullable List<Detail> details) {}

  /** Of whole searches, inside the service. */
  record Latency(double p50, double p95) {}

  /** One query. */
  record Detail(String id, Map<String, Double> metrics, double ms) {}

  /**
   * By the paired bootstrap.
   *
   * @param difference mean of {@code retriever} less mean of {@code baseline}
   * @param significant whether the difference is likely to hold for other queries of this kind: p below 0.05
   */
  record Comparison(String baseline, String retriever, int retrieverIndex, String metric, double difference,
      @JsonProperty("ci95_low") double low, @JsonProperty("ci95_high") double high, @JsonProperty("p_value") double p,
      boolean significant) {}

  private static final double LIKELY = 0.05;
  private static final double MEDIAN = 0.5;
  private static final double SLOW = 0.95;

  static EvaluateAnswer of(UUID knowledgeBaseId, EvaluateBody body, List<JudgedQuery> queries, List<Course> courses) {
    var measured = new ArrayList<Measured>();
    var comparisons = new ArrayList<Comparison>();
    for (int i = 0; i < courses.size(); i++) {
      var contender = body.contenders().get(i);
      var course = courses.get(i);
      measured.add(new Measured(contender.name(), contender.params() == null ? Map.of() : contender.params(),
          course.mean().values(),
          new Latency(Percentiles.of(course.millis(), MEDIAN), Percentiles.of(course.millis(), SLOW)),
          RetrieveAnswer.model(course.last(), null, null), body.wantsDetails() ? details(queries, course) : null));
      if (i > 0) {
        comparisons.add(comparison(body, courses, i));
      }
    }
    return new EvaluateAnswer(knowledgeBaseId, queries.size(), courses.getFirst().measures().size(), body.depth(),
        measured, comparisons);
  }

  private static Comparison comparison(EvaluateBody body, List<Course> courses, int index) {
    var metric = QueryMeasures.NDCG_10;
    var test = PairedBootstrap.of(courses.getFirst().values(metric), courses.get(index).values(metric));
    return new Comparison(body.contenders().getFirst().name(), body.contenders().get(index).name(), index, metric,
        test.difference(), test.low(), test.high(), test.pValue(), test.pValue() < LIKELY);
  }

  private static List<Detail> details(List<JudgedQuery> queries, Course course) {
    var details = new ArrayList<Detail>();
    for (int i = 0; i < course.measures().size(); i++) {
      details.add(new Detail(queries.get(i).id(), course.measures().get(i).values(), course.millis().get(i)));
    }
    return details;
  }
}
