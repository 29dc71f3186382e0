package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import io.selfrag.query.evaluate.QueryMeasures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The judged queries of a set, in BEIR's form, and their evaluation by the API.
 *
 * @param queries as the route takes them
 */
record JudgedSet(String name, List<Map<String, Object>> queries) {
  /** Of a call, so that none takes long. */
  private static final int BATCH = 10;
  private static final int WARM_UP = 5;
  /** The route ends by itself after four minutes; more is a connection that is dead. */
  private static final Duration CALL = Duration.ofMinutes(5);
  /** A loaded machine must not cost the hours that the corpus took. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  static JudgedSet read(Path set, int limit) {
    var judged = TestData.judgements(set.resolve("qrels.tsv"));
    var queries = new ArrayList<Map<String, Object>>();
    for (JsonNode query : TestData.lines(set.resolve("queries.jsonl"))) {
      var relevant = judged.getOrDefault(query.path("id").asString(), Map.of());
      if (relevant.values().stream().anyMatch(grade -> grade > 0) && queries.size() < limit) {
        queries.add(
            Map.of("id", query.path("id").asString(), "text", query.path("text").asString(), "relevant", relevant));
      }
    }
    return new JudgedSet(set.getFileName().toString(), queries);
  }

  /** Measures each retriever by {@code POST /v1/knowledge-bases/{id}/evaluate}; documents are known by their external ids. */
  List<RetrieverFigures> evaluate(SystemAccess access, Place place, List<MeasuredRetriever> retrievers) {
    var figures = retrievers.stream()
        .map(it -> new RetrieverFigures(name, it.label(), new ArrayList<>(), new ArrayList<>())).toList();
    try (var api = place.open(access)) {
      call(api, place, queries.subList(0, Math.min(WARM_UP, queries.size())), retrievers);
      int evaluated;
      for (int start = 0; start < queries.size(); start += evaluated) {
        var batch = queries.subList(start, Math.min(start + BATCH, queries.size()));
        var answer = call(api, place, batch, retrievers);
        evaluated = answer.path("evaluated").asInt();
        if (evaluated < 1) {
          throw new IllegalStateException("within four minutes not one query was answered by all retrievers");
        }
        var measured = answer.path("retrievers");
        for (int i = 0; i < figures.size(); i++) {
          for (JsonNode detail : measured.path(i).path("details")) {
            figures.get(i).measures().add(measures(detail));
            figures.get(i).millis().add(detail.path("ms").asDouble());
          }
        }
      }
    }
    return figures;
  }

  private static JsonNode call(Api api, Place place, List<Map<String, Object>> queries,
      List<MeasuredRetriever> retrievers) {
    var body = Map.of("queries", queries, "details", true, "retrievers",
        retrievers.stream().map(it -> Map.of("name", it.name(), "params", it.params())).toList());
    return Api.untilAnswered(
        () -> api.post("/v1/knowledge-bases/" + place.knowledgeBaseId() + "/evaluate", body, CALL), PATIENCE)
        .orThrow().body();
  }

  private static QueryMeasures measures(JsonNode detail) {
    var values = new LinkedHashMap<String, Double>();
    detail.path("metrics").propertyStream().forEach(it -> values.put(it.getKey(), it.getValue().asDouble()));
    return new QueryMeasures(values);
  }
}
