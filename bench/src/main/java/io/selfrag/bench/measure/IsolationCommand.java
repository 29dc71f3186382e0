package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.ledger.LedgerReport;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.Place;
import io.selfrag.bench.workload.QueryRecorder;
import io.selfrag.bench.workload.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * Moves a tenant to a collection of its own, back, and there once more with a kill -9 of everything in the middle, while documents
 * are written, replaced and deleted and while queries look for those and for others that never change.
 */
@Command(name = "isolation", description = "Move a tenant's points between the shared collection and its own under writes and queries: nothing missing, nothing twice, no query fails.", mixinStandardHelpOptions = true)
public final class IsolationCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int DOCUMENTS_A_BATCH = 100;
  private static final int PARAGRAPHS = 20;
  private static final int WORDS = 230;
  private static final int VOCABULARY = 50_000;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--points", defaultValue = "20000", description = "at least so many, of documents that stand (default: ${DEFAULT-VALUE})")
  private int points = 20_000;

  @Option(names = "--linger", defaultValue = "5s", description = "how long the old place is kept: PURGE_REPEAT (default: ${DEFAULT-VALUE})")
  private String linger = "5s";

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var data = BenchSystem.temporary("isolation");
    try (
        var system = SystemProcess.start(data, Map.of("EMBEDDING_PROVIDER", "hashing", "PURGE_REPEAT", linger), "1g")) {
      return run(system, out);
    } finally {
      BenchSystem.delete(data);
    }
  }

  private int run(SystemProcess system, PrintWriter out) {
    var place = Place.create(system.access(), "bench-isolation-" + System.nanoTime(), Map.of());
    int documents = fill(system, place, out);
    var log = new AcceptedLog();
    var table = new Table("isolation migration under writes and queries", "value");
    boolean sound;
    try (var workload = new Workload(system::access, List.of(place),
        new Workload.Mix(20, 2, 12, 6, Duration.ofMillis(20)), log, 42)) {
      workload.proceed(20, LIMIT);
      sound = undisturbed(system, place, workload, documents, table, out);
      table.row("there once more with kill -9 of everything in the middle, s",
          seconds(killedInTheMiddle(system, place, out)));
      table.row("changes (creates, replacements, re-uploads, deletes)", Long.toString(workload.calls()));
    }
    try (var ledger = LedgerCheck.open(system.access().databaseUrl(), system.access().index())) {
      boolean settled = ledger.awaitSettled(LIMIT).isEmpty();
      var report = ledger.check(log);
      out.println("ledger: " + report.text());
      table.row("points in the end", Long.toString(report.points()))
          .row("chunks without a point", violated(report, "MISSING_POINTS"))
          .row("points in two collections", violated(report, "POINT_IN_TWO_COLLECTIONS"))
          .row("all violations of the ledger", Integer.toString(report.violations().size())).print(out);
      return sound && settled && report.isOk() ? 0 : 1;
    }
  }

  /** Both directions, with queries all the time. */
  private boolean undisturbed(SystemProcess system, Place place, Workload workload, int documents, Table table,
      PrintWriter out) {
    var watching = workload.watch(2, Duration.ofMillis(20));
    var standing = new StandingQueries(system.access(), place, documents, IsolationCommand::marker, 2);
    try (watching; standing) {
      table.row("to a collection of its own, s", seconds(migrate(system, place, "collection", out)));
      table.row("back to the shared one, s", seconds(migrate(system, place, "partition", out)));
    }
    watching.violations().forEach(it -> out.println("seen: " + it));
    table.row("queries of documents that change", Long.toString(watching.answered()))
        .row("of them mixed, missing, older or deleted", Integer.toString(watching.violations().size()))
        .row("queries of documents that stand", Long.toString(standing.answered()))
        .row("of them without the document", Long.toString(standing.missing()))
        .row("queries that failed", Long.toString(failed(watching, standing)));
    return watching.violations().isEmpty() && standing.missing() == 0 && failed(watching, standing) == 0;
  }

  private static long failed(QueryRecorder watching, StandingQueries standing) {
    return watching.refused() + standing.failed();
  }

  private int fill(SystemProcess system, Place place, PrintWriter out) {
    int documents = 0;
    long held = 0;
    while (held < points) {
      var lines = new ArrayList<byte[]>();
      for (int i = 0; i < DOCUMENTS_A_BATCH; i++) {
        int id = documents++;
        lines.add(BulkSend.line(marker(id), marker(id), text(id)));
      }
      BulkSend.run(system.access(), place, lines);
      try (var api = place.open(system.access())) {
        held = api.get("/v1/knowledge-bases/" + place.knowledgeBaseId()).orThrow().body().path("chunk_count").asLong();
      }
    }
    out.printf(Locale.ROOT, "%d points of %d documents stand%n", held, documents);
    out.flush();
    return documents;
  }

  /** The external id of a document, and a word that is in no other. */
  private static String marker(int document) {
    return "stands" + Integer.toString(document, 36) + "x";
  }

  private static String text(int document) {
    var random = new Random(document);
    var text = new StringBuilder(marker(document)).append(".\n\n");
    for (int paragraph = 0; paragraph < PARAGRAPHS; paragraph++) {
      for (int word = 0; word < WORDS; word++) {
        text.append('w').append(Integer.toString((int) Math.pow(VOCABULARY, random.nextDouble()), 36)).append(' ');
      }
      text.append(".\n\n");
    }
    return text.toString();
  }

  private static Duration migrate(SystemProcess system, Place place, String strategy, PrintWriter out) {
    long start = System.nanoTime();
    begin(system, place, strategy);
    await(system, place, it -> it.path("isolation_migration").isNull(), out);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration killedInTheMiddle(SystemProcess system, Place place, PrintWriter out) {
    long start = System.nanoTime();
    begin(system, place, "collection");
    await(system, place, it -> {
      var move = it.path("isolation_migration");
      return !move.path("state").asString("").equals("copying")
          || (move.path("total").asLong(0) > 0 && move.path("copied").asLong() * 2 >= move.path("total").asLong());
    }, out);
    system.kill();
    out.printf(Locale.ROOT, "killed, ready again after %s s%n", seconds(system.startAgain()));
    await(system, place, it -> it.path("isolation_migration").isNull(), out);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void begin(SystemProcess system, Place place, String strategy) {
    try (var operator = operator(system)) {
      operator.patch("/admin/tenants/" + place.tenantId(), Map.of("isolation_strategy", strategy)).orThrow();
    }
  }

  /** Says each new state once. */
  private static void await(SystemProcess system, Place place, Predicate<JsonNode> reached, PrintWriter out) {
    long end = System.nanoTime() + LIMIT.toNanos();
    var last = "";
    try (var operator = operator(system)) {
      while (System.nanoTime() < end) {
        var tenant = operator.get("/admin/tenants/" + place.tenantId()).orThrow().body();
        var move = tenant.path("isolation_migration");
        if (!move.path("state").asString("").equals(last)) {
          last = move.path("state").asString("");
          out.println(tenant.path("isolation_place").asString() + " " + move);
          out.flush();
        }
        if (reached.test(tenant)) {
          return;
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
    throw new IllegalStateException("the migration has not come so far");
  }

  private static Api operator(SystemProcess system) {
    return Api.ofOperator(system.access().baseUrl(), system.access().adminToken());
  }

  private static String violated(LedgerReport report, String rule) {
    return Long.toString(report.violations().stream().filter(it -> it.rule().equals(rule)).count());
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
