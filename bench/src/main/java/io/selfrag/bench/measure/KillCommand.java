package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.Place;
import io.selfrag.catalog.ledger.DocumentDigest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Kills everything in the middle of a bulk import, twice, and compares the end with that of an undisturbed run. */
@Command(name = "kill", description = "kill -9 of everything in the middle of a bulk import, twice: the same end as an undisturbed run.", mixinStandardHelpOptions = true)
public final class KillCommand implements Callable<Integer> {
  private static final Duration SETTLE = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final List<Double> KILLED_AT = List.of(0.3, 0.6);

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--corpus", paramLabel = "PATH", description = "folder or .tar.gz of texts (default: bulk/docs.tar.gz of the test data)")
  private Path corpus = TestData.folder().resolve("bulk/docs.tar.gz");

  @Option(names = "--embedding", paramLabel = "PROVIDER", defaultValue = "hashing", description = "onnx or hashing (default: ${DEFAULT-VALUE})")
  private String embedding = "hashing";

  /** The end of a run. */
  private record End(Map<String, DocumentDigest> documents, boolean isSound) {}

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var lines = BulkSend.lines(TestData.documents(corpus));
    var undisturbed = run(lines, List.of(), out);
    var killed = run(lines, KILLED_AT, out);
    var different = new HashSet<>(undisturbed.documents.entrySet());
    different.removeAll(killed.documents.entrySet());
    different.forEach(it -> out.println("differs: " + it.getValue() + " became " + killed.documents.get(it.getKey())));
    var chunks = undisturbed.documents.values().stream().mapToLong(DocumentDigest::chunks).sum();
    new Table("kill -9 in the middle of a bulk import, twice", "value")
        .row("documents", Integer.toString(undisturbed.documents.size())).row("chunks", Long.toString(chunks))
        .row("ledger of the undisturbed run", undisturbed.isSound ? "OK" : "violated")
        .row("ledger after the kills", killed.isSound ? "OK" : "violated")
        .row("documents whose state, chunks, texts or vectors differ", Integer.toString(different.size())).print(out);
    return different.isEmpty() && undisturbed.documents.size() == killed.documents.size() && undisturbed.isSound
        && killed.isSound ? 0 : 1;
  }

  /** Imports everything; kills the system whenever a share of the documents has ended. */
  private End run(List<byte[]> lines, List<Double> killedAt, PrintWriter out) {
    var data = BenchSystem.temporary("kill");
    try {
      return run(data, lines, killedAt, out);
    } finally {
      BenchSystem.delete(data);
    }
  }

  private End run(Path data, List<byte[]> lines, List<Double> killedAt, PrintWriter out) {
    try (var system = SystemProcess.start(data, Map.of("EMBEDDING_PROVIDER", embedding), "1g")) {
      var place = Place.create(system.access(), "bench-kill", Map.of());
      var sent = CompletableFuture.runAsync(() -> send(system, place, lines));
      for (double share : killedAt) {
        awaitEnded(system, place, Math.round(share * lines.size()));
        system.kill();
        var start = system.startAgain();
        out.printf(Locale.ROOT, "killed at %.0f %%, ready again after %.1f s%n", 100 * share,
            start.toMillis() / 1000.0);
        out.flush();
      }
      sent.join();
      awaitEnded(system, place, lines.size());
      try (var ledger = LedgerCheck.open(system.access().databaseUrl(), system.access().index())) {
        var backlog = ledger.awaitSettled(SETTLE);
        var report = ledger.check(new AcceptedLog());
        out.println(report.text());
        out.flush();
        return new End(ledger.digests(place.knowledgeBaseId()), backlog.isEmpty() && report.isOk());
      }
    }
  }

  /** Sends all lines; those whose answer got lost are sent again, which is safe, since each has an external id. */
  private static void send(SystemProcess system, Place place, List<byte[]> lines) {
    var open = new ArrayList<>(lines);
    while (!open.isEmpty()) {
      try (var api = place.open(system.access())) {
        var results = api.bulk(place.documents() + "/bulk", open);
        if (results.isSuccess() && results.body().size() == open.size()) {
          var refused = new ArrayList<byte[]>();
          for (int i = 0; i < open.size(); i++) {
            if (!results.body().path(i).path("success").asBoolean()) {
              refused.add(open.get(i));
            }
          }
          open.retainAll(refused);
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static void awaitEnded(SystemProcess system, Place place, long documents) {
    long end = System.nanoTime() + SETTLE.toNanos();
    while (ended(system, place) < documents) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not " + documents + " documents have ended");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static long ended(SystemProcess system, Place place) {
    try (var api = place.open(system.access())) {
      return count(api, place, "completed") + count(api, place, "failed");
    }
  }

  private static long count(Api api, Place place, String status) {
    return api.get(place.documents() + "?page_size=1&status=" + status).body().path("total").asLong(0);
  }
}
