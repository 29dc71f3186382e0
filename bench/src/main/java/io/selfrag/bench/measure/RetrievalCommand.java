package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Retrieval quality through the running API: judged queries over whole corpora, by each retriever. */
@Command(name = "retrieval", description = "Judged queries through the API by each retriever: nDCG@10, recall, MRR, latency.", mixinStandardHelpOptions = true)
public final class RetrievalCommand implements Callable<Integer> {
  private static final int TOP = 50;
  private static final int DEPTH = 10;
  private static final List<String> RETRIEVERS = List.of("dense", "bm25", "hybrid");

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SET", arity = "0..*", description = "folders with corpus.jsonl.gz, queries.jsonl, qrels.tsv (default: en-a and zh-a of the test data)")
  private List<Path> sets = List.of(TestData.folder().resolve("eval/en-a"), TestData.folder().resolve("eval/zh-a"));

  @Option(names = "--language", defaultValue = "auto", description = "of the knowledge bases: auto, en or zh (default: ${DEFAULT-VALUE})")
  private String language = "auto";

  @Option(names = "--queries", description = "only so many queries of each set (default: all)")
  private int limit = Integer.MAX_VALUE;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var table = new Table("set", "retriever", "nDCG@10", "recall@10", "recall@50", "MRR", "p50 ms", "p95 ms",
        "queries");
    try (var lease = system.open()) {
      for (Path set : sets) {
        var place = ingest(lease.access(), set);
        for (String retriever : RETRIEVERS) {
          measure(lease.access(), place, set, retriever, table);
        }
      }
    }
    table.print(out);
    return 0;
  }

  private Place ingest(SystemAccess access, Path set) {
    var name = set.getFileName() + "-" + System.nanoTime();
    var place = Place.create(access, name, Map.of("ingestion", Map.of("language", language)));
    var lines = TestData.lines(set.resolve("corpus.jsonl.gz")).stream().map(it -> BulkSend.line(
        it.path("id").asString(), it.path("title").asString(""), it.path("text").asString(""))).toList();
    var done = BulkSend.run(access, place, lines);
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.printf(Locale.ROOT, "%s: %d documents in %.0f s, %s%n", set.getFileName(), done.accepted(),
        done.time().toMillis() / 1000.0, done.totals());
    out.flush();
    return place;
  }

  private void measure(SystemAccess access, Place place, Path set, String retriever, Table table) {
    var judged = TestData.judgements(set.resolve("qrels.tsv"));
    var ids = new HashMap<String, String>();
    TestData.lines(set.resolve("corpus.jsonl.gz"))
        .forEach(it -> ids.put(place.documentId(it.path("id").asString()).toString(), it.path("id").asString()));
    var ndcg = new ArrayList<Double>();
    var recall10 = new ArrayList<Double>();
    var recall50 = new ArrayList<Double>();
    var reciprocal = new ArrayList<Double>();
    var millis = new ArrayList<Double>();
    try (var api = place.open(access)) {
      for (JsonNode query : TestData.lines(set.resolve("queries.jsonl"))) {
        var relevant = judged.get(query.path("id").asString());
        if (relevant != null && ndcg.size() < limit) {
          long start = System.nanoTime();
          var ranked = ranked(api, place, query.path("text").asString(), retriever, ids);
          millis.add((System.nanoTime() - start) / 1e6);
          ndcg.add(Ranking.ndcg(ranked, relevant, DEPTH));
          recall10.add(Ranking.recall(ranked, relevant, DEPTH));
          recall50.add(Ranking.recall(ranked, relevant, TOP));
          reciprocal.add(Ranking.reciprocalRank(ranked, relevant));
        }
      }
    }
    table.row(set.getFileName().toString(), retriever, mean(ndcg), mean(recall10), mean(recall50), mean(reciprocal),
        String.format(Locale.ROOT, "%.0f", Figures.median(millis)),
        String.format(Locale.ROOT, "%.0f", Figures.percentile(millis, 0.95)), Integer.toString(ndcg.size()));
  }

  /** Documents in the order of their first chunk. */
  private static List<String> ranked(Api api, Place place, String query, String retriever, Map<String, String> ids) {
    var reply = api.post("/v1/retrieve", Map.of("query", query, "knowledge_base_ids", List.of(place.knowledgeBaseId()),
        "top_k", TOP, "context_window", 0, "retriever_override", Map.of("name", retriever))).orThrow();
    var ranked = new LinkedHashSet<String>();
    for (JsonNode hit : reply.body().path("results")) {
      ranked.add(ids.getOrDefault(hit.path("document_id").asString(), "?"));
    }
    return List.copyOf(ranked);
  }

  private static String mean(List<Double> values) {
    return String.format(Locale.ROOT, "%.4f", values.stream().mapToDouble(Double::doubleValue).average().orElse(0));
  }
}
