package io.selfrag.standalone;

import io.selfrag.standalone.client.Sources;
import io.selfrag.standalone.client.StreamEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** What the events of an answer say about it, beside its text. */
final class AskedAnswer {
  private static final JsonMapper JSON = JsonMapper.shared();

  private JsonNode sources = MissingNode.getInstance();
  private JsonNode citations = MissingNode.getInstance();
  private JsonNode done = MissingNode.getInstance();

  /** A source that the answer cites. */
  record Cited(int number, String source) {}

  void add(StreamEvent event) {
    switch (event.name()) {
      case "sources" -> sources = JSON.readTree(event.data());
      case "citations" -> citations = JSON.readTree(event.data());
      case "done" -> done = JSON.readTree(event.data());
      default -> {
        // The text is printed as it comes, verdicts are in the end again, and what is new some day is not ours.
      }
    }
  }

  boolean isWhole() {
    return done.isObject();
  }

  List<Cited> cited() {
    var numbers = new HashMap<String, Integer>();
    for (int i = 0; i < sources.size(); i++) {
      numbers.put(sources.path(i).path("chunk_id").asString(""), i + 1);
    }
    var used = new TreeMap<Integer, Set<Integer>>();
    for (JsonNode citation : citations) {
      for (int i = 0; i < citation.path("chunk_ids").size(); i++) {
        var pages = used.computeIfAbsent(
            numbers.getOrDefault(citation.path("chunk_ids").path(i).asString(""), 0), _ -> new TreeSet<>());
        var page = citation.path("places").path(i).path("page_from");
        if (page.isNumber()) {
          pages.add(page.asInt());
        }
      }
    }
    used.remove(0);
    return used.entrySet().stream().map(it -> new Cited(it.getKey(),
        Sources.named(sources.path(it.getKey() - 1).path("metadata"), it.getValue()))).toList();
  }

  /** One line: who answered, and how well it is supported. */
  String summary() {
    if (citations.isEmpty() && !done.path("reflection").isEmpty()) {
      return "No passage supports an answer.";
    }
    var provider = done.path("model").path("llm_provider").asString("");
    var who = provider.equals("extractive")
        ? "Quoted from the passages, without a language model"
        : "Written by " + provider + "/" + done.path("model").path("llm_model").asString("");
    long removed = done.path("reflection").valueStream().filter(it -> it.path("verdict").asString("").equals("removed"))
        .count();
    return who + support() + (removed == 0 ? "" : "; left out, for nothing supports it: " + count(removed, "sentence"))
        + ".";
  }

  private String support() {
    if (citations.isEmpty()) {
      return "";
    }
    if (citations.path(0).path("support").isNull()) {
      return "; not checked";
    }
    double least = citations.valueStream().mapToDouble(it -> it.path("support").asDouble()).min().orElse(0);
    return String.format(Locale.ROOT, "; %s, support %.2f or more", count(citations.size(), "sentence"), least);
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  List<String> verdicts() {
    var lines = new ArrayList<String>();
    done.path("reflection").forEach(it -> {
      var score = it.path("score");
      lines.add(String.format(Locale.ROOT, "%-9s %-22s %s %s", it.path("step").asString(""),
          it.path("verdict").asString(""),
          score.isNumber() ? String.format(Locale.ROOT, "%.2f", score.asDouble()) : "    ",
          it.path("detail").asString("")));
    });
    return lines;
  }
}
