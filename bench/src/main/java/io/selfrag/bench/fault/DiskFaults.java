package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.api.Reply;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Disks that take no more. */
final class DiskFaults {
  private DiskFaults() {}

  /** What has a disk of its own here. */
  private enum Part {
    /** The log of topics. */
    BROKER("broker", 512, true),
    /** Its tables and its log. */
    DATABASE("postgres", 640, false),
    /** Of the vector store. */
    INDEX("index", 64, true),
    /** Of chunker-stream. */
    STATE("streams", 96, true),
    /** Where uploads come in and documents are unpacked. */
    TEMPORARY("tmp", 160, true),
    /** Everything together. */
    ALL("", 1200, false);

    private static final List<Part> SINGLE = List.of(BROKER, DATABASE, INDEX, STATE, TEMPORARY);

    private final String folder;
    private final int megabytes;
    /** Whether each search must be answered while it is full; else a documented refusal is as good. */
    private final boolean searchesGoOn;

    Part(String folder, int megabytes, boolean searchesGoOn) {
      this.folder = folder;
      this.megabytes = megabytes;
      this.searchesGoOn = searchesGoOn;
    }
  }

  /** One after the other, each to its last byte. */
  static final class Full implements Fault {
    /** How refusals say that they pass. */
    private static final Set<Integer> REFUSALS = Set.of(429, 503, 507);
    private static final Duration BETWEEN = Duration.ofMillis(200);
    private static final Duration RESUMES = Duration.ofMinutes(3);
    /** Of the largest documents: such as come into a file, and such as are taken and find no room when they are unpacked. */
    private static final double[] SHARES = {0.02, 0.002};

    /** What has a disk of its own. */
    private final List<Part> parts;
    private final String what;
    private final Map<Part, SmallDisk> disks = new EnumMap<>(Part.class);

    private Full(List<Part> parts, String what) {
      this.parts = parts;
      this.what = what;
    }

    /** Each with a disk of its own. */
    static Full each() {
      return new Full(Part.SINGLE,
          "the disks of broker, database, index, stream state and temporary files full in turn");
    }

    /** What a single machine has. */
    static Full one() {
      return new Full(List.of(Part.ALL), "the one disk of a whole system full");
    }

    @Override
    public String id() {
      return "F15";
    }

    @Override
    public String what() {
      return what;
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public void prepare(Path data) {
      for (Part part : parts) {
        disks.put(part, SmallDisk.mount(data.resolve(part.folder), part.megabytes));
      }
    }

    @Override
    public void release() {
      disks.values().forEach(SmallDisk::close);
      disks.clear();
    }

    @Override
    public String act(FaultRun run) {
      var notes = new ArrayList<String>();
      var problems = new ArrayList<String>();
      for (Part part : parts) {
        run.load();
        notes.add(full(run, part, problems));
      }
      run.load();
      var note = String.join("; ", notes);
      if (!problems.isEmpty()) {
        throw new IllegalStateException(note + ": " + problems);
      }
      return note;
    }

    private String full(FaultRun run, Part part, List<String> problems) {
      var disk = Objects.requireNonNull(disks.get(part));
      var name = part.name().toLowerCase(Locale.ROOT);
      var searches = new Answers();
      var uploads = new Answers();
      Duration resumed;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> sent;
        disk.fill();
        try {
          sent = Arrays.stream(SHARES).boxed().flatMap(share -> HugeFiles.all(share).stream()
              .<Future<?>>map(file -> threads.submit(() -> send(run, name + share + file.name(), file, uploads))))
              .toList();
          search(run, part, searches);
        } finally {
          disk.free();
        }
        long free = System.nanoTime();
        sent.forEach(DiskFaults::outcomeOf);
        LoadFaults.pages(run, "after-" + name, 1, () -> true, RESUMES);
        resumed = Duration.ofNanos(System.nanoTime() - free);
      }
      searches.judge(name + ": a search", !part.searchesGoOn, problems);
      uploads.judge(name + ": an upload", true, problems);
      return String.format(Locale.ROOT, "%s: searches %s, uploads %s, resumed in %.1f s", name, searches, uploads,
          resumed.toMillis() / 1000.0);
    }

    private static void search(FaultRun run, Part part, Answers answers) {
      var random = new Random(7);
      long end = System.nanoTime() + run.outage().toNanos();
      try (var api = run.api(); var segments = new Segments(run)) {
        while (System.nanoTime() < end) {
          if (part == Part.DATABASE || part == Part.ALL) {
            segments.next();
          }
          answers.add(api.post("/v1/retrieve", Map.of("query", MarkedText.question(random), "knowledge_base_ids",
              List.of(run.place().knowledgeBaseId()))));
          FaultRun.pause(BETWEEN);
        }
      }
    }

    /** Has PostgreSQL begin files of its log, which it panics without; what it answers does not matter. */
    private static final class Segments implements AutoCloseable {
      private final CatalogDatabase database;

      Segments(FaultRun run) {
        database = new CatalogDatabase(DatabaseAddress.parse(run.system().access().databaseUrl()), "f15", 1,
            Duration.ofSeconds(1), Duration.ofSeconds(1));
      }

      void next() {
        database.client().sql("select pg_switch_wal()").fetch().rowsUpdated().onErrorComplete().block();
      }

      @Override
      public void close() {
        database.close();
      }
    }

    /** Until it is taken, as a client with patience does. */
    private static void send(FaultRun run, String id, HugeFiles.HugeFile file, Answers answers) {
      var entry = run.log().upsert(run.place().documentId(id), MarkedText.sha256(file.bytes()));
      try (var api = run.api()) {
        var reply = Api.untilAnswered(() -> {
          var answer = api.upload(run.place().documents() + "/upload", Map.of("title", id, "external_id", id),
              file.name(), file.bytes());
          answers.add(answer);
          return REFUSALS.contains(answer.status()) ? new Reply(503, answer.body()) : answer;
        }, RESUMES);
        reply.orThrow();
        entry.acknowledge();
      }
    }

    /** How often which answer came. */
    private static final class Answers {
      private final Map<String, Integer> counts = new TreeMap<>();
      private final List<String> wrong = new ArrayList<>();

      synchronized void add(Reply reply) {
        var answer = reply.isSuccess() ? "taken" : reply.status() + " " + reply.code();
        counts.merge(answer, 1, Integer::sum);
        boolean clear = REFUSALS.contains(reply.status()) && !reply.code().isEmpty();
        if (!reply.isSuccess() && !clear) {
          wrong.add(answer + " " + reply.body());
        }
      }

      synchronized void judge(String what, boolean mayBeRefused, List<String> problems) {
        wrong.stream().limit(2).map(it -> what + " was answered " + it).forEach(problems::add);
        if (!mayBeRefused && counts.size() > 1) {
          problems.add(what + " was refused");
        }
      }

      @Override
      public synchronized String toString() {
        return counts.toString();
      }
    }
  }

  private static void outcomeOf(Future<?> task) {
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an upload was not taken", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
