package io.selfrag.standalone;

import io.selfrag.standalone.client.Sources;
import io.selfrag.standalone.client.Target;
import io.selfrag.standalone.client.Terminal;
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
import tools.jackson.databind.JsonNode;

/** Shows the passages that answer a question. */
@Command(name = "search", description = "Show the passages that answer a question, with source and score.", mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  private static final int SHOWN_CHARACTERS = 400;
  private static final String INDENT = "   ";

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUESTION", arity = "1..*", description = "the question, quoted or not")
  private List<String> words = List.of();

  @Option(names = {"-k",
      "--top-k"}, paramLabel = "N", defaultValue = "5", description = "passages to show, 1 to 50 (default: ${DEFAULT-VALUE})")
  private int topK = 5;

  @Option(names = "--retriever", paramLabel = "NAME", description = "dense, bm25 or hybrid; default: the knowledge base's")
  private @Nullable String retriever;

  @Option(names = "--json", description = "print the answer as the API gave it")
  private boolean asJson;

  @Override
  public Integer call() {
    var body = new HashMap<String, Object>(Map.of("query", String.join(" ", words), "top_k", topK,
        "knowledge_base_ids", List.of(target.knowledgeBase().toString())));
    if (retriever != null) {
      body.put("retriever_override", Map.of("name", retriever));
    }
    try (var api = target.tenant()) {
      var answer = api.post("/v1/retrieve", body);
      var out = Objects.requireNonNull(spec).commandLine().getOut();
      if (asJson) {
        out.println(answer.toPrettyString());
      } else {
        show(answer, out);
      }
      out.flush();
    }
    return 0;
  }

  private static void show(JsonNode answer, PrintWriter out) {
    var results = answer.path("results");
    if (results.isEmpty()) {
      out.println("No passage found.");
    }
    int rank = 1;
    for (JsonNode result : results) {
      out.printf(Locale.ROOT, "%d. %.3f  %s%n", rank++, result.path("score").asDouble(),
          Sources.named(result.path("metadata")));
      var text = Terminal.ofProcess().wrapped(shortened(result.path("text").asString("")), INDENT.length());
      text.forEach(line -> out.println(INDENT + line));
      out.println();
    }
  }

  private static String shortened(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.codePointCount(0, line.length()) <= SHOWN_CHARACTERS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SHOWN_CHARACTERS)) + " …";
  }
}
