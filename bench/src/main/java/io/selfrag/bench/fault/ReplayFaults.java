package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.ModelServer;
import io.selfrag.bench.system.ModelServer.Mood;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.schemas.PipelineTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What was given up is done again, more often than is needed. */
final class ReplayFaults {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private ReplayFaults() {}

  /** A thousand dead letters, replayed and at once replayed again, and once more when all has settled. */
  static final class Twice implements Fault {
    private static final int DOCUMENTS = 950;
    private static final int UNREADABLE = 50;
    private static final int RATE = 150;
    private static final int MOST = 5000;
    /** Longer than the record that is given up again takes, and shorter than a call. */
    private static final int FOLLOW = 15;

    private @Nullable ModelServer model;

    @Override
    public String id() {
      return "F20";
    }

    @Override
    public String what() {
      return "1,000 dead letters replayed twice, the second time while the first is under way";
    }

    @Override
    public boolean isOutage() {
      return false;
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public Map<String, String> settings() {
      var server = new ModelServer();
      model = server;
      return server.settings();
    }

    @Override
    public void release() {
      if (model != null) {
        model.close();
        model = null;
      }
    }

    @Override
    public String act(FaultRun run) {
      giveUp(run);
      FaultRun.await("all letters are listed", LIMIT, () -> letters(run) >= DOCUMENTS + UNREADABLE);
      settle(run);
      // A document of several chunks leaves a letter for each.
      int more = Math.toIntExact(letters(run)) - DOCUMENTS - UNREADABLE;
      var first = replay(run, Map.of("stage", "embed", "rate", RATE, "limit", MOST));
      expect(first, DOCUMENTS + UNREADABLE, more, 0);
      var until = first.path("until").asString();
      var second = replay(run, Map.of("stage", "embed", "until", until, "rate", RATE, "limit", MOST,
          "include_replayed", true));
      expect(second, UNREADABLE, DOCUMENTS + more, 0);
      settle(run);
      var third = replay(run, Map.of("stage", "embed", "until", until, "include_replayed", true, "follow", FOLLOW,
          "limit", MOST));
      expect(third, 0, DOCUMENTS + more, UNREADABLE);
      for (int i = 0; i < DOCUMENTS; i++) {
        OrderFaults.awaitDocument(run, id(i));
      }
      return DOCUMENTS + " documents are whole, each once; " + UNREADABLE
          + " unreadable records failed again each time";
    }

    private static String id(int number) {
      return "given-up-" + number;
    }

    private void giveUp(FaultRun run) {
      var server = model;
      if (server == null) {
        throw new IllegalStateException("the model was not started");
      }
      server.be(Mood.WRONG_DIMENSION);
      var lines = new ArrayList<byte[]>();
      for (int i = 0; i < DOCUMENTS; i++) {
        var text = MarkedText.of(960_000 + i, 1, 1);
        run.log().upsert(run.place().documentId(id(i)), MarkedText.sha256(text)).acknowledge();
        lines.add(BulkImport.line(id(i), text));
      }
      try (var api = run.api(); var wire = run.wire()) {
        api.bulk(run.place().documents() + "/bulk", lines).orThrow();
        for (int i = 0; i < UNREADABLE; i++) {
          wire.send(wire.topics().of(PipelineTopic.CHUNKS), "00000000-0000-4000-8000-000000000001",
              ("nobody reads this " + i).getBytes(StandardCharsets.UTF_8));
        }
        FaultRun.await("all documents have failed", LIMIT, () -> failed(run) == DOCUMENTS);
      } finally {
        server.be(Mood.WELL);
      }
    }

    private static long failed(FaultRun run) {
      try (var ledger = run.ledger()) {
        return ledger.counts().failedDocuments();
      }
    }

    private static long letters(FaultRun run) {
      try (var ledger = run.ledger()) {
        return ledger.counts().deadLetters();
      }
    }

    private static void settle(FaultRun run) {
      try (var ledger = run.ledger()) {
        ledger.awaitSettled(LIMIT);
      }
    }

    private static JsonNode replay(FaultRun run, Map<String, Object> body) {
      var access = run.system().access();
      try (var operator = Api.ofOperator(access.baseUrl(), access.adminToken())) {
        // A thousand at a rate, on a machine that has more to do: longer than an ordinary call waits.
        return operator.post("/admin/dead-letters/replay", body, LIMIT).orThrow().body();
      }
    }

    private static void expect(JsonNode said, int replayed, int skipped, int failedAgain) {
      if (said.path("replayed").asInt() != replayed || said.path("skipped").asInt() != skipped
          || said.path("failed_again").asInt() != failedAgain || said.path("failed").asInt() != 0) {
        throw new IllegalStateException("expected " + replayed + " replayed, " + skipped + " skipped, " + failedAgain
            + " failed again, but got " + said.path("replayed") + ", " + said.path("skipped") + ", "
            + said.path("failed_again") + " and " + said.path("failed") + " that could not be sent");
      }
    }
  }
}
