package io.selfrag.bench.measure;

import io.selfrag.query.evaluate.QueryMeasures;
import java.util.List;

/** What one retriever made of one set, query by query. */
record RetrieverFigures(String set, String retriever, List<QueryMeasures> measures, List<Double> millis) {
  double mean(String metric) {
    return QueryMeasures.mean(measures).value(metric);
  }

  List<Double> values(String metric) {
    return measures.stream().map(it -> it.value(metric)).toList();
  }
}
