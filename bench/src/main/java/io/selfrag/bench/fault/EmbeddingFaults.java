package io.selfrag.bench.fault;

import io.selfrag.bench.system.ModelServer;
import io.selfrag.bench.system.ModelServer.Mood;
import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An embedding model behind HTTP that is not well. */
final class EmbeddingFaults {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private EmbeddingFaults() {}

  /** What of both kinds is the same: a model server of the fault's own. */
  private static final class Model {
    private @Nullable ModelServer server;

    Map<String, String> start() {
      server = new ModelServer();
      return server.settings();
    }

    ModelServer server() {
      var running = server;
      if (running == null) {
        throw new IllegalStateException("the model was not started");
      }
      return running;
    }

    void stop() {
      if (server != null) {
        server.close();
        server = null;
      }
    }
  }

  /** It is there and does not do its work: everybody waits, and nothing is given up. */
  static final class Away implements Fault {
    private final Model model = new Model();

    @Override
    public String id() {
      return "F8";
    }

    @Override
    public String what() {
      return "embedding model ten times slower, then hanging, then 429 to all, then every third call a 500";
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public Map<String, String> settings() {
      return model.start();
    }

    @Override
    public void release() {
      model.stop();
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      var suffered = new LinkedHashMap<Mood, Long>();
      for (Mood mood : List.of(Mood.SLOW, Mood.HANGING, Mood.BUSY, Mood.FLAKY)) {
        long before = model.server().misbehaved();
        model.server().be(mood);
        run.load();
        FaultRun.pause(run.outage());
        model.server().be(Mood.WELL);
        suffered.put(mood, model.server().misbehaved() - before);
        run.load();
      }
      if (suffered.containsValue(0L)) {
        throw new IllegalStateException("the model was not asked while it was unwell: " + suffered);
      }
      return "calls that it spoilt: " + suffered.entrySet().stream()
          .map(it -> it.getKey().name().toLowerCase(Locale.ROOT) + " " + it.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  /** It answers what no index can take: the document has failed, and the next one has not. */
  static final class Wrong implements Fault {
    private final Model model = new Model();

    @Override
    public String id() {
      return "F8";
    }

    @Override
    public String what() {
      return "embedding model answers vectors of a wrong dimension, then infinite ones";
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
      return model.start();
    }

    @Override
    public void release() {
      model.stop();
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.finish();
      try (var ledger = run.ledger()) {
        ledger.awaitSettled(LIMIT); // or what the load still has under way would fail as well
      }
      spoil(run, Mood.WRONG_DIMENSION, 950_001, "WRONG_DIMENSION");
      spoil(run, Mood.INFINITE, 950_002, "INVALID_VECTOR");
      var text = MarkedText.of(950_010, 1, 3);
      var entry = run.log().upsert(run.place().documentId("healthy"), MarkedText.sha256(text));
      try (var api = run.api()) {
        api.put(run.place().document("healthy"), Map.of("title", "healthy", "content", text, "wait", 0)).orThrow();
      }
      entry.acknowledge();
      OrderFaults.awaitDocument(run, "healthy");
      return "each failed with its code; the next document was indexed";
    }

    private void spoil(FaultRun run, Mood mood, int number, String code) {
      var id = mood.name();
      var text = MarkedText.of(number, 1, 3);
      var entry = run.log().poison(run.place().documentId(id), MarkedText.sha256(text));
      model.server().be(mood);
      try (var api = run.api()) {
        api.put(run.place().document(id), Map.of("title", id, "content", text, "wait", 0)).orThrow();
        entry.acknowledge();
        var path = "/v1/documents/" + run.place().documentId(id);
        FaultRun.await(id + " has failed", LIMIT,
            () -> api.get(path).body().path("processing_status").asString("").equals("failed"));
        var found = api.get(path).body().path("error").path("code").asString("");
        if (!found.equals(code)) {
          throw new IllegalStateException(id + " failed with " + found + " and not with " + code);
        }
      } finally {
        model.server().be(Mood.WELL);
      }
    }
  }
}
