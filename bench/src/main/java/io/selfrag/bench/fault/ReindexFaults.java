package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.api.Reply;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/** A knowledge base that changes its model while it is written and asked. */
final class ReindexFaults {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private ReindexFaults() {}

  private static CatalogDatabase database(FaultRun run) {
    return new CatalogDatabase(DatabaseAddress.parse(run.system().access().databaseUrl()), "f19", 1,
        Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  /** Queries all the time; none may fail, and each must be answered by one generation alone. */
  private static final class Askers implements AutoCloseable {
    private static final int THREADS = 3;
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final FaultRun run;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong passages = new AtomicLong();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private volatile boolean stopped;

    Askers(FaultRun run) {
      this.run = run;
      for (int i = 0; i < THREADS; i++) {
        var random = new Random(i);
        threads.execute(() -> askOn(random));
      }
    }

    private void askOn(Random random) {
      try (var api = run.api(); var database = database(run)) {
        while (!stopped) {
          judge(api.post("/v1/retrieve", Map.of("query", MarkedText.question(random), "top_k", 10,
              "knowledge_base_ids", List.of(run.place().knowledgeBaseId()))), database);
          FaultRun.pause(PAUSE);
        }
      } catch (RuntimeException e) {
        problems.add(e.toString());
      }
    }

    private void judge(Reply reply, CatalogDatabase database) {
      if (!reply.isSuccess()) {
        problems.add("a query failed: " + reply.status() + " " + reply.body());
        return;
      }
      var chunks = new ArrayList<UUID>();
      reply.body().path("results").forEach(it -> chunks.add(UUID.fromString(it.path("chunk_id").asString())));
      answered.incrementAndGet();
      passages.addAndGet(chunks.size());
      // What was replaced since may be gone already; what is there says which generation answered.
      long generations = Objects.requireNonNull(database.client()
          .sql("select count(distinct generation) as n from chunks where id = any(:ids)")
          .bind("ids", chunks.toArray(UUID[]::new)).map(row -> Objects.requireNonNull(row.get("n", Long.class))).one()
          .block());
      if (generations > 1) {
        problems.add("an answer mixes " + generations + " generations: " + chunks);
      }
    }

    @Override
    public void close() {
      stopped = true;
      threads.shutdown();
      threads.close();
    }
  }

  /** Filled, killed half-way, seen, rolled back, filled again, killed at the switch, confirmed. */
  record OtherModel() implements Fault {
    private static final int USUAL = 64;
    private static final int FIRST = 128;
    private static final int SECOND = 96;
    /** Enough that the new index is seen while it fills. */
    private static final int STOCK = 600;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    @Override
    public String id() {
      return "F19";
    }

    @Override
    public String what() {
      return "reindexing to another model under load and constant queries: killed half-way, rolled back, done again, killed at the"
          + " switch, confirmed";
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("PURGE_REPEAT", "5s");
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      BulkImport.time(run, "stock", STOCK);
      var first = start(run, FIRST);
      var halfWay = awaitHalf(run);
      run.system().kill();
      var start = run.startAgain();
      requireState(run, first, "filling");
      var problems = new ArrayList<String>();
      var askers = new Askers(run);
      try (askers) {
        reach(run, first, "switched");
        run.load();
        turn(run, first, "rollback");
        reach(run, first, "rolled_back");
        requireOnly(run, USUAL, problems);
      }
      var second = start(run, SECOND);
      var atTheSwitch = awaitSwitch(run, second);
      run.system().kill();
      var again = run.startAgain();
      var later = new Askers(run);
      try (later) {
        reach(run, second, "switched");
        run.load();
        turn(run, second, "confirm");
        reach(run, second, "done");
        requireOnly(run, SECOND, problems);
      }
      problems.addAll(askers.problems);
      problems.addAll(later.problems);
      var note = "killed with " + halfWay + " documents in the new index, start " + start.toSeconds()
          + " s; killed again while " + atTheSwitch + ", start " + again.toSeconds() + " s; "
          + (askers.answered.get() + later.answered.get()) + " queries with "
          + (askers.passages.get() + later.passages.get()) + " passages, " + problems.size() + " failed or mixed";
      if (!problems.isEmpty() || askers.passages.get() == 0 || later.passages.get() == 0) {
        throw new IllegalStateException(note + ": " + problems.stream().limit(5).toList());
      }
      return note;
    }

    /** Returns when the new index has some of the documents and lacks others: so many of so many. */
    private static String awaitHalf(FaultRun run) {
      try (var database = database(run)) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
          var filled = Objects.requireNonNull(database.client().sql("""
              select count(distinct c.document_id) filter (where c.generation = k.live_generation) as all,
                     count(distinct c.document_id) filter (where c.generation > k.live_generation) as there
                from knowledge_bases k join chunks c on c.knowledge_base_id = k.id where k.id = :base
              """).bind("base", run.place().knowledgeBaseId())
              .map(row -> new long[]{Objects.requireNonNull(row.get("there", Long.class)),
                  Objects.requireNonNull(row.get("all", Long.class))})
              .one().block());
          if (filled[0] > filled[1] / 4 && filled[0] < filled[1] * 3 / 4) {
            return filled[0] + " of " + filled[1];
          }
          if (filled[0] > filled[1] / 4) {
            throw new IllegalStateException("too late to kill it half-way: " + filled[0] + " of " + filled[1]);
          }
          FaultRun.pause(LOOK_AGAIN);
        }
        throw new IllegalStateException("nothing came into the new index");
      }
    }

    /** Under load until flips are withheld for the switch or, where that never lasts, it has just happened. */
    private static String awaitSwitch(FaultRun run, String job) {
      try (var database = database(run)) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
          var state = Objects.requireNonNull(database.client().sql("""
              select case when k.status = 'switching' then k.status else j.state end as state
                from reindex_jobs j join knowledge_bases k on k.id = j.knowledge_base_id where j.id = :job
              """).bind("job", UUID.fromString(job))
              .map(row -> Objects.requireNonNull(row.get("state", String.class))).one().block());
          if (!state.equals("filling")) {
            return state;
          }
          FaultRun.pause(LOOK_AGAIN);
        }
        throw new IllegalStateException("reindex job " + job + " never switched");
      }
    }

    private static void requireState(FaultRun run, String job, String state) {
      var now = job(run, job).path("state").asString();
      if (!now.equals(state)) {
        throw new IllegalStateException("reindex job " + job + " is " + now + " after the kill, and not " + state);
      }
    }

    private static String start(FaultRun run, int dimension) {
      try (var api = run.api()) {
        return api.post("/v1/knowledge-bases/" + run.place().knowledgeBaseId() + "/reindex",
            Map.of("embedding", Map.of("provider", "hashing", "dim", dimension))).orThrow().body().path("id")
            .asString();
      }
    }

    private static void turn(FaultRun run, String job, String what) {
      try (var api = run.api()) {
        api.post("/v1/reindex-jobs/" + job + "/" + what, Map.of()).orThrow();
      }
    }

    private static JsonNode job(FaultRun run, String job) {
      try (var api = run.api()) {
        return Api.untilAnswered(() -> api.get("/v1/reindex-jobs/" + job), LIMIT).orThrow().body();
      }
    }

    /** Under load all the time. */
    private static void reach(FaultRun run, String job, String state) {
      FaultRun.await("reindex job " + job + " is " + state, LIMIT, () -> {
        run.load();
        return job(run, job).path("state").asString().equals(state);
      });
    }

    /** The other index is gone. */
    private static void requireOnly(FaultRun run, int dimension, List<String> problems) {
      try (var database = database(run)) {
        var models = Objects.requireNonNull(database.client()
            .sql("select distinct model from chunks where knowledge_base_id = :base")
            .bind("base", run.place().knowledgeBaseId())
            .map(row -> Objects.requireNonNull(row.get("model", String.class))).all()
            .collectList().block());
        if (models.size() != 1 || !models.getFirst().endsWith("/" + dimension)) {
          problems.add("there are chunks of " + models + " where all should be of dimension " + dimension);
        }
      }
    }
  }
}
