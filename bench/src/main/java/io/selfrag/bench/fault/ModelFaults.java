package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Language models that are away or break off. */
final class ModelFaults {
  private ModelFaults() {}

  /** The chat model. */
  record ChatModelAway() implements Fault {
    private static final String NAME = "asked-about";
    private static final int NUMBER = 900_950;
    /** The model is left alone for a while after it failed repeatedly. */
    private static final Duration BACK = Duration.ofSeconds(60);

    @Override
    public String id() {
      return "F9";
    }

    @Override
    public String what() {
      return "chat model cut off in the middle of answers, then away";
    }

    @Override
    public String act(FaultRun run) {
      var chat = run.chat();
      run.load();
      try (var api = run.api()) {
        var text = MarkedText.of(NUMBER, 1, 2);
        var entry = run.log().upsert(run.place().documentId(NAME), MarkedText.sha256(text));
        api.put(run.place().document(NAME), Map.of("title", NAME, "content", text, "wait", 0)).orThrow();
        entry.acknowledge();
        OrderFaults.awaitDocument(run, NAME);
        requireWhole(streamed(run, api));
        chat.breaksOff(true);
        try {
          var cut = streamed(run, api);
          requireError(cut);
          if (!cut.contains("event:content")) {
            throw new IllegalStateException("what was written before the cut was not streamed: " + cut);
          }
        } finally {
          chat.breaksOff(false);
        }
        run.load();
        chat.leave();
        try {
          requireError(streamed(run, api));
          var whole = api.post("/v1/rag", question(run));
          if (whole.status() != 503) {
            throw new IllegalStateException("an answer without a model has status " + whole.status());
          }
          run.load();
          requireFound(run, api);
        } finally {
          chat.comeBack();
        }
        long gone = System.nanoTime();
        FaultRun.await("the model answers again", BACK, () -> isWhole(streamed(run, api)));
        var back = Duration.ofNanos(System.nanoTime() - gone);
        run.load();
        return "streams ended with an error event; search went on; answers again " + back.toSeconds()
            + " s after the model";
      }
    }

    private static Map<String, Object> question(FaultRun run) {
      var sentence = MarkedText.of(NUMBER, 1, 2).lines().filter(it -> it.startsWith("The ")).findFirst().orElseThrow();
      return Map.of("query", sentence.substring(0, sentence.indexOf('.')), "knowledge_base_ids",
          List.of(run.place().knowledgeBaseId()), "top_k", 5);
    }

    private static String streamed(FaultRun run, Api api) {
      return api.text("/v1/rag/stream", question(run));
    }

    private static void requireFound(FaultRun run, Api api) {
      var found = api.post("/v1/retrieve", question(run)).orThrow().body().path("results");
      if (found.valueStream().noneMatch(it -> it.at("/metadata/title").asString("").equals(NAME))) {
        throw new IllegalStateException("search does not find the document while the model is away");
      }
    }

    private static void requireWhole(String events) {
      if (!isWhole(events)) {
        throw new IllegalStateException("no whole answer while the model is there: " + events);
      }
    }

    private static boolean isWhole(String events) {
      return events.contains("event:content") && events.contains("event:done") && !events.contains("event:error");
    }

    private static void requireError(String events) {
      int last = events.lastIndexOf("event:");
      if (!events.startsWith("event:error", Math.max(last, 0)) || !events.contains("MODEL_UNAVAILABLE")
          || events.contains("event:done")) {
        throw new IllegalStateException("the stream does not end with an error event: " + events);
      }
    }
  }
}
