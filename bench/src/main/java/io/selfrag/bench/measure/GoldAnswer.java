package io.selfrag.bench.measure;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A question with the answer of people: which documents it was taken from, which figures it has, and where these stand.
 *
 * @param figures amounts and shares; years, days and what is smaller than 100 without a fraction are none
 */
record GoldAnswer(String question, String answer, Set<String> sources, Set<String> figures) {
  private static final Pattern FIGURE = Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?");
  private static final Pattern NO_FIGURE = Pattern.compile("(?:19|20)\\d\\d|\\d{1,2}");
  /** An answer that there is none is no answer to look for. */
  private static final Pattern NONE = Pattern.compile(
      "^(?:No,|Apple did not)|(?:does not|do not) (?:provide|contain)|there are no explicit", Pattern.CASE_INSENSITIVE);
  private static final int SHOWN = 250;
  private static final int PLACES_BY_WORDS = 3;

  /** A chunk of a document, as the API lists them. */
  record Chunk(String document, String text, int pageFrom, int pageTo) {}

  static GoldAnswer of(JsonNode line) {
    var answer = line.path("answer").asString();
    var figures = new TreeSet<String>();
    FIGURE.matcher(answer).results().map(it -> it.group().replaceAll(",$", ""))
        .filter(it -> !NO_FIGURE.matcher(it).matches()).forEach(figures::add);
    return new GoldAnswer(line.path("question").asString(), answer,
        line.path("answer_sources").valueStream().map(JsonNode::asString).collect(Collectors.toSet()), figures);
  }

  boolean isAnswer() {
    return !NONE.matcher(answer.substring(0, Math.min(SHOWN, answer.length()))).find();
  }

  boolean isFigure() {
    return isAnswer() && !figures.isEmpty();
  }

  /** Whether a text has one of the figures, as a number of its own. */
  boolean isIn(String text) {
    return figures.stream().anyMatch(it -> Pattern.compile("(?<![\\d.,])" + Pattern.quote(it) + "(?![\\d]|[.,]\\d)")
        .matcher(text).find());
  }

  /** Pages where the answer stands: those of its figures, else of the chunks that share most words with it. */
  Set<String> pages(List<Chunk> chunks) {
    var pages = new HashSet<String>();
    for (String source : sources) {
      var own = chunks.stream().filter(it -> it.document().equals(source)).toList();
      var having = own.stream().filter(it -> isIn(it.text())).toList();
      var places = having.isEmpty() ? bestByWords(own) : having;
      for (Chunk chunk : places) {
        for (int page = chunk.pageFrom(); page <= chunk.pageTo(); page++) {
          pages.add(source + "#" + page);
        }
      }
    }
    return pages;
  }

  private List<Chunk> bestByWords(List<Chunk> own) {
    var wanted = words(answer);
    return own.stream().sorted(java.util.Comparator.comparingLong((Chunk it) -> {
      var found = words(it.text());
      return -wanted.stream().filter(found::contains).count();
    })).limit(PLACES_BY_WORDS).toList();
  }

  private static Set<String> words(String text) {
    return Pattern.compile("[a-z]{4,}").matcher(text.toLowerCase(Locale.ROOT)).results().map(it -> it.group())
        .collect(Collectors.toSet());
  }
}
