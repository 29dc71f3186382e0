package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.Sentences;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sentences with passages and the judgement that follows from how they were made. Taken from data sets that are no part of the
 * project ({@code SELFRAG_TEST_DATA}); deterministic.
 */
public final class JudgedSentences {
  static final Path DATA = Path.of(System.getenv().getOrDefault("SELFRAG_TEST_DATA", "../../shared/data"));
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern NUMBER = Pattern.compile("(?<![\\d.,A-Za-z])\\d+(?:\\.\\d+)?(?![\\d,]*\\d)");
  private static final Pattern NAME = Pattern.compile("(?<=[a-z,] )[A-Z][a-z]{3,}(?= [a-z]|,)");
  private static final Pattern ASKED = Pattern.compile(
      "什么时候|什么地方|什么人|什么|哪一年|哪年|哪里|哪些|哪个|哪两个[\\p{IsHan}]{0,2}|哪[\\p{IsHan}]个|谁|多少|几");

  /** How a sentence was made. */
  enum Kind {
    SUPPORTED, RESTATED, SHUFFLED, ALTERED_NUMBER, ALTERED_NAME, NEGATED;

    boolean isSupported() {
      return this == SUPPORTED || this == RESTATED;
    }
  }

  /** A sentence, what it is held against, and how it was made. */
  record Judged(Kind kind, String sentence, Evidence passage) {}

  private record Document(String id, String title, String text) {
    Evidence evidence() {
      return new Evidence(new UUID(0, id.hashCode()), title, text, null);
    }
  }

  private record Asked(String document, String question, String answer) {}

  private JudgedSentences() {}

  public static boolean available() {
    return Files.isDirectory(DATA.resolve("eval/zh-a"));
  }

  /** Chinese: sentences of Wikipedia paragraphs, and questions restated with right and with wrong answers. */
  static List<Judged> chinese(int documents) throws IOException {
    var corpus = corpus("eval/zh-a");
    var ids = List.copyOf(corpus.keySet());
    var judged = new ArrayList<Judged>();
    for (int i = 0; i < documents && i < ids.size(); i++) {
      sentences(judged, corpus.get(ids.get(i)), corpus.get(ids.get((i + 7) % ids.size())));
    }
    var asked = asked();
    for (int i = 0; i < documents * 2 && i < asked.size(); i++) {
      restated(judged, asked.get(i), asked.get((i + 31) % asked.size()), corpus);
    }
    return judged;
  }

  /** English: abstracts of science, and answers about quarterly reports. */
  static List<Judged> english(int documents) throws IOException {
    var judged = new ArrayList<Judged>();
    var corpus = corpus("eval/en-a");
    var ids = List.copyOf(corpus.keySet());
    for (int i = 0; i < documents && i < ids.size(); i++) {
      sentences(judged, corpus.get(ids.get(i)), corpus.get(ids.get((i + 7) % ids.size())));
    }
    var answers = new ArrayList<Document>();
    for (JsonNode it : lines(DATA.resolve("e2e/sec-10-q-aapl/qa.jsonl"))) {
      answers.add(new Document(it.path("id").asString(), it.path("question").asString(), it.path("answer").asString()));
    }
    for (int i = 0; i < answers.size(); i++) {
      sentences(judged, answers.get(i), answers.get((i + 7) % answers.size()));
    }
    return judged;
  }

  private static void sentences(List<Judged> judged, Document own, Document other) {
    var sentences = Sentences.of(own.text()).stream().filter(it -> it.length() >= 15 && it.length() <= 300)
        .filter(SupportScorer::isClaim).toList();
    if (sentences.isEmpty()) {
      return;
    }
    var first = sentences.get(sentences.size() / 2);
    judged.add(new Judged(Kind.SUPPORTED, first, own.evidence()));
    judged.add(new Judged(Kind.SHUFFLED, first, other.evidence()));
    sentences.stream().map(it -> altered(it, own.text())).filter(it -> !it.isEmpty()).findFirst()
        .ifPresent(it -> judged.add(new Judged(Kind.ALTERED_NUMBER, it, own.evidence())));
    sentences.stream().map(it -> renamed(it, own.text(), other.text())).filter(it -> !it.isEmpty()).findFirst()
        .ifPresent(it -> judged.add(new Judged(Kind.ALTERED_NAME, it, own.evidence())));
    sentences.stream().map(JudgedSentences::negated).filter(it -> !it.isEmpty()).findFirst()
        .ifPresent(it -> judged.add(new Judged(Kind.NEGATED, it, own.evidence())));
  }

  /** The sentence with one number changed to one that the text does not have; empty if it has none. */
  private static String altered(String sentence, String text) {
    var number = NUMBER.matcher(sentence);
    if (!number.find()) {
      return "";
    }
    var old = number.group();
    char digit = old.charAt(old.length() - 1);
    for (int step : new int[]{1, 3, 5, 7}) {
      var changed = old.substring(0, old.length() - 1) + (char) ('0' + (digit - '0' + step) % 10);
      if (!text.contains(changed)) {
        return sentence.substring(0, number.start()) + changed + sentence.substring(number.end());
      }
    }
    return "";
  }

  /** The sentence with one English name changed to one of another text; empty if either has none. */
  private static String renamed(String sentence, String text, String other) {
    var name = NAME.matcher(sentence);
    var another = NAME.matcher(other).results().map(it -> it.group()).filter(it -> !text.contains(it)).findFirst();
    return name.find() && another.isPresent()
        ? sentence.substring(0, name.start()) + another.get() + sentence.substring(name.end())
        : "";
  }

  private static String negated(String sentence) {
    var english = Pattern.compile("\\b(is|are|was|were|can|may|has|have)\\b(?! not)").matcher(sentence);
    if (english.find()) {
      return sentence.substring(0, english.end()) + " not" + sentence.substring(english.end());
    }
    int chinese = sentence.indexOf('是');
    return chinese > 0 && !sentence.contains("不")
        ? sentence.substring(0, chinese) + "不" + sentence.substring(chinese)
        : "";
  }

  private static void restated(List<Judged> judged, Asked own, Asked other, Map<String, Document> corpus) {
    var document = corpus.get(own.document());
    var asks = ASKED.matcher(own.question());
    if (document == null || own.answer().length() > 30 || !asks.find() || !document.text().contains(own.answer())) {
      return;
    }
    var before = own.question().substring(0, asks.start());
    var after = own.question().substring(asks.end()).replaceAll("[？?]", "") + "。";
    judged.add(new Judged(Kind.RESTATED, before + own.answer() + after, document.evidence()));
    boolean isName = other.answer().length() >= 3 && other.answer().length() <= 12
        && other.answer().chars().noneMatch(Character::isDigit) && !document.text().contains(other.answer())
        && !other.document().equals(own.document());
    if (isName) {
      judged.add(new Judged(Kind.ALTERED_NAME, before + other.answer() + after, document.evidence()));
    }
  }

  private static List<Asked> asked() throws IOException {
    var questions = texts("eval/zh-a/queries.jsonl");
    var documents = new HashMap<String, String>();
    for (String line : Files.readAllLines(DATA.resolve("eval/zh-a/qrels.tsv"))) {
      var fields = line.split("\t");
      documents.put(fields[0], fields[1]);
    }
    var asked = new ArrayList<Asked>();
    for (JsonNode it : lines(DATA.resolve("eval/zh-a/answers.jsonl"))) {
      var id = it.path("id").asString();
      asked.add(new Asked(documents.getOrDefault(id, ""), questions.getOrDefault(id, ""),
          it.path("answers").path(0).asString()));
    }
    return asked;
  }

  private static Map<String, String> texts(String file) throws IOException {
    var texts = new HashMap<String, String>();
    for (JsonNode it : lines(DATA.resolve(file))) {
      texts.put(it.path("id").asString(), it.path("text").asString());
    }
    return texts;
  }

  private static Map<String, Document> corpus(String set) throws IOException {
    var corpus = new LinkedHashMap<String, Document>();
    for (JsonNode it : lines(DATA.resolve(set).resolve("corpus.jsonl.gz"))) {
      var id = it.path("id").asString();
      corpus.put(id, new Document(id, it.path("title").asString(""), it.path("text").asString("")));
    }
    return corpus;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    var in = Files.newInputStream(file);
    try (var reader = new BufferedReader(new InputStreamReader(
        file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
      return reader.lines().map(JSON::readTree).toList();
    }
  }

  /** A question, passages of which the first answers it, and the answer's words. */
  public record Answered(String question, List<Evidence> passages, String answer) {}

  /** Questions with five passages each. */
  public static List<Answered> answered(int count) throws IOException {
    var corpus = corpus("eval/zh-a");
    var ids = List.copyOf(corpus.keySet());
    var answered = new ArrayList<Answered>();
    var asked = asked();
    for (int i = 0; i < asked.size() && answered.size() < count; i += 5) {
      var own = corpus.get(asked.get(i).document());
      if (own != null && own.text().contains(asked.get(i).answer())) {
        var passages = new ArrayList<Evidence>(List.of(own.evidence()));
        for (int j = 1; j < 5; j++) {
          passages.add(corpus.get(ids.get((i * 7 + j * 131) % ids.size())).evidence());
        }
        answered.add(new Answered(asked.get(i).question(), passages, asked.get(i).answer()));
      }
    }
    return answered;
  }

  /** Questions with the document that answers each, and one that does not. */
  static List<Judged> questions(int count) throws IOException {
    var corpus = corpus("eval/zh-a");
    var ids = List.copyOf(corpus.keySet());
    var pairs = new ArrayList<Judged>();
    var asked = asked();
    for (int i = 0; i < count && i < asked.size(); i++) {
      var own = corpus.get(asked.get(i).document());
      var other = corpus.get(ids.get((i * 13 + 5) % ids.size()));
      if (own != null && other != own) {
        pairs.add(new Judged(Kind.SUPPORTED, asked.get(i).question(), own.evidence()));
        pairs.add(new Judged(Kind.SHUFFLED, asked.get(i).question(), other.evidence()));
      }
    }
    return pairs;
  }
}
