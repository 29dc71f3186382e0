package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.measure.GoldAnswer.Chunk;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.workload.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Whether the right pages are found and the figure of the answer is quoted, on documents with questions answered by people. */
@Command(name = "answers", description = "Questions on quarterly reports: right page among the first five, right figure in the quoted answer.", mixinStandardHelpOptions = true)
public final class AnswersCommand implements Callable<Integer> {
  private static final int PASSAGES = 5;
  private static final int PAGE = 100;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(500);

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--set", paramLabel = "DIR", description = "folder with docs and qa.jsonl (default: e2e/sec-10-q-aapl of the test data)")
  private Path set = TestData.folder().resolve("e2e/sec-10-q-aapl");

  @Option(names = "--verbose", description = "a line for each question")
  private boolean verbose;

  /** What became of the questions. */
  private static final class Tally {
    int answerable;
    int document;
    int region;
    int figures;
    int within;
    int quoted;
    int abstained;
    final List<Double> seconds = new ArrayList<>();
  }

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var lease = system.open()) {
      var place = Place.create(lease.access(), "bench-answers-" + System.nanoTime(), Map.of());
      try (var api = place.open(lease.access())) {
        var documents = TestData.documents(set.resolve("docs"));
        documents.forEach((name, bytes) -> api.upload(place.documents() + "/upload",
            Map.of("title", name, "external_id", name), name, bytes).orThrow());
        documents.keySet().forEach(it -> awaitIndexed(api, place, it));
        var chunks = new ArrayList<Chunk>();
        documents.keySet().forEach(it -> chunks.addAll(chunks(api, place, it)));
        var tally = new Tally();
        for (JsonNode line : TestData.lines(set.resolve("qa.jsonl"))) {
          var said = ask(api, place, GoldAnswer.of(line), chunks, tally);
          if (verbose) {
            out.println(line.path("id").asString() + " " + said);
            out.flush();
          }
        }
        new Table("questions that have an answer", "of", "reached", "share")
            .row("right document among the first five", whole(tally.answerable), whole(tally.document),
                share(tally.document, tally.answerable))
            .row("right document and page (or the next)", whole(tally.answerable), whole(tally.region),
                share(tally.region, tally.answerable))
            .row("a figure of the answer in the passages", whole(tally.figures), whole(tally.within),
                share(tally.within, tally.figures))
            .row("a figure of the answer quoted", whole(tally.figures), whole(tally.quoted),
                share(tally.quoted, tally.figures))
            .row("no answer given", whole(tally.answerable), whole(tally.abstained),
                share(tally.abstained, tally.answerable))
            .print(out);
        out.println(
            String.format(Locale.ROOT, "an extractive answer, search and checks included: p50 %.2f s, p95 %.2f s",
                Figures.median(tally.seconds), Figures.percentile(tally.seconds, 0.95)));
        out.flush();
      }
    }
    return 0;
  }

  private static String ask(Api api, Place place, GoldAnswer gold, List<Chunk> chunks, Tally tally) {
    if (!gold.isAnswer()) {
      return "has no answer";
    }
    long start = System.nanoTime();
    var reply = api.post("/v1/rag", Map.of("query", gold.question(), "knowledge_base_ids",
        List.of(place.knowledgeBaseId()), "top_k", PASSAGES, "llm_override", Map.of("provider", "extractive")))
        .orThrow()
        .body();
    tally.seconds.add((System.nanoTime() - start) / 1e9);
    var found = api.post("/v1/retrieve", Map.of("query", gold.question(), "knowledge_base_ids",
        List.of(place.knowledgeBaseId()), "top_k", PASSAGES)).orThrow().body().path("results");
    var pages = gold.pages(chunks);
    boolean document = false;
    boolean region = false;
    for (JsonNode hit : found) {
      var name = hit.at("/metadata/title").asString();
      document |= gold.sources().contains(name);
      for (int page = hit.at("/metadata/page_from").asInt() - 1; page <= hit.at("/metadata/page_to").asInt()
          + 1; page++) {
        region |= pages.contains(name + "#" + page);
      }
    }
    boolean quoted = gold.isIn(reply.path("answer").asString());
    boolean within = found.valueStream().anyMatch(it -> gold.isIn(it.path("text").asString()));
    tally.answerable++;
    tally.document += document ? 1 : 0;
    tally.region += region ? 1 : 0;
    tally.abstained += reply.path("grounded").asBoolean() ? 0 : 1;
    if (gold.isFigure()) {
      tally.figures++;
      tally.within += within ? 1 : 0;
      tally.quoted += quoted ? 1 : 0;
    }
    return "document " + document + ", page " + region
        + (gold.isFigure()
            ? ", figure found " + within + ", quoted " + quoted
            : "")
        + ": " + gold.question();
  }

  private static void awaitIndexed(Api api, Place place, String name) {
    long end = System.nanoTime() + LIMIT.toNanos();
    var path = "/v1/documents/" + place.documentId(name);
    while (!api.get(path).orThrow().body().path("processing_status").asString().equals("completed")) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(name + " is not indexed after " + LIMIT.toMinutes() + " min");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static List<Chunk> chunks(Api api, Place place, String name) {
    var chunks = new ArrayList<Chunk>();
    for (int page = 1, pages = 1; page <= pages; page++) {
      var body = api.get("/v1/documents/" + place.documentId(name) + "/chunks?page_size=" + PAGE + "&page=" + page)
          .orThrow().body();
      pages = body.path("pages").asInt();
      body.path("items").forEach(it -> chunks.add(new Chunk(name, it.path("text").asString(),
          it.path("page_from").asInt(), it.path("page_to").asInt())));
    }
    return chunks;
  }

  private static String whole(int count) {
    return Integer.toString(count);
  }

  private static String share(int some, int all) {
    return String.format(Locale.ROOT, "%.0f %%", all == 0 ? 0.0 : 100.0 * some / all);
  }
}
