package io.selfrag.standalone;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Target;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers a question from the knowledge base, sentence by sentence, and says what supports each. */
@Command(name = "ask", description = "Answer a question from the knowledge base, with what supports each sentence.", mixinStandardHelpOptions = true)
final class AskCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUESTION", arity = "1..*", description = "the question, quoted or not")
  private List<String> words = List.of();

  @Option(names = {"-k",
      "--top-k"}, paramLabel = "N", defaultValue = "5", description = "passages to answer from, 1 to 50 (default: ${DEFAULT-VALUE})")
  private int topK = 5;

  @Option(names = "--reflect", paramLabel = "MODE", defaultValue = "auto", description = "off passes on what the model writes, unchecked; auto (default) or on")
  private String reflect = "auto";

  @Option(names = "--verdicts", description = "show each verdict of the checks")
  private boolean verdicts;

  @Option(names = "--json", description = "print the answer as the API gave it")
  private boolean asJson;

  @Override
  public Integer call() {
    var body = new HashMap<String, Object>(Map.of("query", String.join(" ", words), "top_k", topK, "reflect", reflect,
        "knowledge_base_ids", List.of(target.knowledgeBase().toString())));
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.tenant()) {
      if (asJson) {
        out.println(api.post("/v1/rag", body).toPrettyString());
      } else {
        stream(api, body, out);
      }
    }
    out.flush();
    return 0;
  }

  private void stream(ApiClient api, Map<String, Object> body, PrintWriter out) {
    var answer = new AskedAnswer();
    api.stream("/v1/rag/stream", body, event -> {
      answer.add(event);
      if (event.name().equals("content")) {
        out.print(event.data().replace("\\n", System.lineSeparator()));
        out.flush();
      }
    });
    out.println();
    if (!answer.isWhole()) {
      throw new ApiFailure(0, "The answer broke off.");
    }
    show(answer, out);
  }

  private void show(AskedAnswer answer, PrintWriter out) {
    answer.cited().forEach(it -> out.printf(Locale.ROOT, "%n[%d] %s", it.number(), it.source()));
    if (!answer.cited().isEmpty()) {
      out.println();
    }
    out.println();
    out.println(answer.summary());
    if (verdicts) {
      answer.verdicts().forEach(out::println);
    }
  }
}
