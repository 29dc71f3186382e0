package io.selfrag.bench.fault;

import io.selfrag.bench.measure.Figures;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.bench.workload.UploadLatency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Much at once of one tenant, while another goes about its business. */
final class LoadFaults {
  /** What one tenant may do to another's time from upload to searchable. */
  static final double BOUND = 3;
  private static final int WARM_UP = 5;
  private static final int PAGES = 15;
  /** Calls of the load at which the faults are as large as they are told. */
  private static final int FULL_SCALE = 80;

  private LoadFaults() {}

  /** Seconds from upload to searchable of a tenant's single pages. */
  static List<Double> pages(FaultRun run, String name, int count, BooleanSupplier go) {
    return pages(run, name, count, go, Duration.ZERO);
  }

  /** @param patience how long a page may be refused before it is taken */
  static List<Double> pages(FaultRun run, String name, int count, BooleanSupplier go, Duration patience) {
    var place = run.neighbour();
    var times = new ArrayList<Double>();
    try (var api = place.open(run.system().access())) {
      for (int i = 0; i < count && go.getAsBoolean(); i++) {
        var id = name + "-" + i;
        var text = MarkedText.of(930_000 + Math.floorMod(name.hashCode(), 1000) * 100 + i, 1, 5);
        var entry = run.log().upsert(place.documentId(id), MarkedText.sha256(text));
        times.add(UploadLatency.measure(api, place, id, text, patience));
        entry.acknowledge();
      }
    }
    return times;
  }

  private static List<Double> idle(FaultRun run) {
    pages(run, "warm", WARM_UP, () -> true);
    return pages(run, "idle", PAGES, () -> true);
  }

  private static String compared(List<Double> idle, List<Double> loaded, String what) {
    double factor = Figures.median(loaded) / Figures.median(idle);
    var note = String.format(Locale.ROOT,
        "%s; one page idle %.2f s (p95 %.2f), meanwhile %.2f s (p95 %.2f, %d pages): %.1f ×",
        what, Figures.median(idle), Figures.percentile(idle, 0.95), Figures.median(loaded),
        Figures.percentile(loaded, 0.95), loaded.size(), factor);
    if (loaded.isEmpty() || factor > BOUND) {
      throw new IllegalStateException(note);
    }
    return note;
  }

  /** A flood. */
  record NoisyTenant() implements Fault {
    private static final int DOCUMENTS = 10_000;

    @Override
    public String id() {
      return "F22";
    }

    @Override
    public String what() {
      return "one tenant imports 10,000 documents, another uploads one after the other";
    }

    @Override
    public String act(FaultRun run) {
      var idle = idle(run);
      int documents = DOCUMENTS * Math.min(FULL_SCALE, run.scale()) / FULL_SCALE;
      var flood = new BulkImport(run, "flood", documents);
      var loaded = pages(run, "loaded", PAGES, () -> !flood.isDone());
      var took = flood.await();
      return compared(idle, loaded, documents + " documents in " + took.toSeconds() + " s");
    }
  }

  /** Documents as large as they may be. */
  record Huge() implements Fault {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Override
    public String id() {
      return "F14";
    }

    @Override
    public String what() {
      return "a text of 50 MB, a PDF of 5,000 pages, a sheet of a million rows";
    }

    @Override
    public boolean isOutage() {
      return false; // what is too large is refused, with a letter
    }

    @Override
    public String act(FaultRun run) {
      var idle = idle(run);
      double share = Math.min(1.0, (double) run.scale() / FULL_SCALE);
      var files = HugeFiles.all(share);
      var ends = new ArrayList<String>();
      try (var api = run.api()) {
        for (var file : files) {
          var entry = run.log().poison(run.place().documentId(file.name()), MarkedText.sha256(file.bytes()));
          var reply = api.upload(run.place().documents() + "/upload",
              Map.of("title", file.name(), "external_id", file.name()), file.name(), file.bytes());
          if (reply.status() >= 400 && reply.status() < 500 && !reply.code().isEmpty()) {
            entry.refuse();
            ends.add(file.name() + " refused: " + reply.code());
            continue;
          }
          reply.orThrow();
          entry.acknowledge();
        }
        var loaded = pages(run, "loaded", PAGES, () -> true);
        long peak = run.system().residentBytes();
        for (var file : files) {
          if (ends.stream().noneMatch(it -> it.startsWith(file.name() + " "))) {
            ends.add(file.name() + " " + end(run, file));
          }
        }
        peak = Math.max(peak, run.system().residentBytes());
        return compared(idle, loaded, String.join(", ", ends) + "; " + peak / (1 << 20) + " MB resident");
      }
    }

    private static String end(FaultRun run, HugeFiles.HugeFile file) {
      try (var api = run.api()) {
        var path = "/v1/documents/" + run.place().documentId(file.name());
        FaultRun.await(file.name() + " has ended", LIMIT,
            () -> List.of("failed", "completed").contains(api.get(path).body().path("processing_status").asString("")));
        var document = api.get(path).orThrow().body();
        var code = document.path("error").path("code").asString("");
        if (document.path("processing_status").asString("").equals("failed") && code.isEmpty()) {
          throw new IllegalStateException(file.name() + " failed without a code");
        }
        return code.isEmpty() ? document.path("chunk_count").asInt() + " chunks" : "failed: " + code;
      }
    }
  }
}
