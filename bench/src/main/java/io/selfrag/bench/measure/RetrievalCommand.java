package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import io.selfrag.query.evaluate.PairedBootstrap;
import io.selfrag.query.evaluate.QueryMeasures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Retrieval quality through the running API: judged queries over whole corpora, by each retriever; a table and a page. */
@Command(name = "retrieval", description = "Judged queries through the API by each retriever: nDCG@10, recall, MRR, latency.", mixinStandardHelpOptions = true)
public final class RetrievalCommand implements Callable<Integer> {
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

  @Option(names = "--retriever", paramLabel = "NAME[:PARAM=VALUE,...]", description = "what is measured, the first is what others are compared with (default: hybrid, hybrid:fusion=rrf, dense, bm25)")
  private List<String> retrievers = List.of("hybrid", "hybrid:fusion=rrf", "dense", "bm25");

  @Option(names = "--report", paramLabel = "FILE", defaultValue = "retrieval.html", description = "the page with the plot (default: ${DEFAULT-VALUE})")
  private Path report = Path.of("retrieval.html");

  @Override
  public Integer call() {
    var chosen = retrievers.stream().map(MeasuredRetriever::parse).toList();
    var measured = new ArrayList<RetrieverFigures>();
    try (var lease = system.open()) {
      for (Path set : sets) {
        var place = ingest(lease.access(), set);
        measured.addAll(JudgedSet.read(set, limit).evaluate(lease.access(), place, chosen));
      }
    }
    table(measured).print(out());
    RetrievalReport.write(report, measured);
    out().println("the plot: " + report.toAbsolutePath());
    out().flush();
    return 0;
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private Place ingest(SystemAccess access, Path set) {
    var name = set.getFileName() + "-" + System.nanoTime();
    var place = Place.create(access, name, Map.of("ingestion", Map.of("language", language)));
    var lines = TestData.lines(set.resolve("corpus.jsonl.gz")).stream().map(it -> BulkSend.line(
        it.path("id").asString(), it.path("title").asString(""), it.path("text").asString(""))).toList();
    var done = BulkSend.run(access, place, lines);
    out().printf(Locale.ROOT, "%s: %d documents in %.0f s, %s%n", set.getFileName(), done.accepted(),
        done.time().toMillis() / 1000.0, done.totals());
    out().flush();
    return place;
  }

  private static Table table(List<RetrieverFigures> measured) {
    var table = new Table("set", "retriever", "nDCG@10", "recall@10", "recall@100", "MRR", "p50 ms", "p95 ms",
        "queries", "against the first");
    for (RetrieverFigures it : measured) {
      var baseline = measured.stream().filter(other -> other.set().equals(it.set())).findFirst().orElse(it);
      table.row(it.set(), it.retriever(), share(it, QueryMeasures.NDCG_10), share(it, QueryMeasures.RECALL_10),
          share(it, QueryMeasures.RECALL_100), share(it, QueryMeasures.MRR), millis(it, 0.5), millis(it, 0.95),
          Integer.toString(it.measures().size()), baseline.equals(it) ? "–" : against(baseline, it));
    }
    return table;
  }

  private static String share(RetrieverFigures figures, String metric) {
    return String.format(Locale.ROOT, "%.4f", figures.mean(metric));
  }

  private static String millis(RetrieverFigures figures, double share) {
    return String.format(Locale.ROOT, "%.0f", Figures.percentile(figures.millis(), share));
  }

  private static String against(RetrieverFigures baseline, RetrieverFigures other) {
    var test = PairedBootstrap.of(baseline.values(QueryMeasures.NDCG_10), other.values(QueryMeasures.NDCG_10));
    return String.format(Locale.ROOT, "%+.4f (p %.3f)", test.difference(), test.pValue());
  }
}
