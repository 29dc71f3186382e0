package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Work that is held back while everything dies. */
final class HoldFaults {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private HoldFaults() {}

  /** A bulk lane, then a job, paused and resumed, each time with a kill -9 of everything when some of it is held back and some is not. */
  record Killed() implements Fault {
    private static final int DOCUMENTS = 1000;
    /** Longer than it takes until a pause is heard of and the outbox is looked at. */
    private static final Duration STANDS_STILL = Duration.ofSeconds(4);

    @Override
    public String id() {
      return "S20";
    }

    @Override
    public String what() {
      return "a bulk lane and a job paused and resumed, kill -9 half-way through each";
    }

    @Override
    public String act(FaultRun run) {
      var lane = new BulkImport(run, "held-lane", DOCUMENTS);
      var first = heldTwice(run, lane, "/admin/tenants/" + run.place().tenantId() + "/bulk-lane");
      var job = new BulkImport(run, "held-job", DOCUMENTS);
      return "lane: " + first + "; job: " + heldTwice(run, job, "/admin/ingest-jobs/" + job.id());
    }

    private static String heldTwice(FaultRun run, BulkImport work, String path) {
      post(run, path + "/pause");
      var pausing = reach(run, path, it -> it.path("parked").asLong() > 0);
      run.system().kill();
      run.startAgain();
      var held = reach(run, path, it -> it.path("open").asLong() == it.path("parked").asLong());
      FaultRun.pause(STANDS_STILL);
      requireSame(held, look(run, path));
      long all = held.path("parked").asLong();
      post(run, path + "/resume");
      var resuming = reach(run, path, it -> it.path("parked").asLong() < all);
      if (resuming.path("parked").asLong() == 0) {
        throw new IllegalStateException("too late to kill it half-way through resuming " + all);
      }
      run.system().kill();
      run.startAgain();
      work.await();
      var end = look(run, path);
      if (!end.path("state").asString("").equals("running") || end.path("parked").asLong() > 0
          || work.indexed() != DOCUMENTS) {
        throw new IllegalStateException("in the end " + end + ", indexed " + work.indexed() + " of " + DOCUMENTS);
      }
      return "killed with " + pausing.path("parked") + " of " + pausing.path("open") + " held back, " + all
          + " in the end, and with " + resuming.path("parked") + " still held back";
    }

    private static void requireSame(JsonNode before, JsonNode after) {
      if (!after.path("state").asString("").equals("paused") || !after.equals(before)) {
        throw new IllegalStateException("what is held back does not stand still: " + before + ", then " + after);
      }
    }

    private static JsonNode reach(FaultRun run, String path, Predicate<JsonNode> reached) {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < end) {
        var state = look(run, path);
        if (reached.test(state)) {
          return state;
        }
        FaultRun.pause(LOOK_AGAIN);
      }
      throw new IllegalStateException(path + " does not come so far: " + look(run, path));
    }

    private static JsonNode look(FaultRun run, String path) {
      try (var operator = operator(run)) {
        return Api.untilAnswered(() -> operator.get(path), LIMIT).orThrow().body();
      }
    }

    private static void post(FaultRun run, String path) {
      try (var operator = operator(run)) {
        operator.post(path, Map.of()).orThrow();
      }
    }

    private static Api operator(FaultRun run) {
      return Api.ofOperator(run.system().access().baseUrl(), run.system().access().adminToken());
    }
  }
}
