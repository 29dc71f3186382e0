package io.selfrag.generation.extractive;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatPrompt.Grounding;
import io.selfrag.generation.extractive.PassageLines.Kind;
import io.selfrag.generation.extractive.PassageLines.Line;
import io.selfrag.generation.support.Similarity;
import io.selfrag.generation.text.ContentWords;
import io.selfrag.generation.text.Period;
import io.selfrag.generation.text.ShortForms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Chooses the lines that answer a question best: by the question's rarer words first, then by meaning. A row of a table is about what
 * stands above it too, and answers what asks for a figure if its label is what is asked.
 */
final class BestSentences {
  private static final int MOST = 3;
  private static final int COMPARED = 12;
  /** Of the best sentence's score; what is further behind is about something else. */
  private static final double CLOSE_TO_BEST = 0.6;
  /** What a word of the question is worth that the line leaves to what stands above it, or to its title. */
  private static final double ABOVE = 0.7;
  private static final double TITLE = 0.5;
  private static final double LEAST_COMPARED = 0.12;
  /** Less of the question's words than this must be made up for by meaning. */
  private static final double LEAST_WORDS = 0.22;
  /** More where a figure or a reason is asked for: a wrong one is worse than none. */
  private static final double LEAST_WORDS_OF_A_FIGURE = 0.3;
  private static final double LEAST_MEANING = 0.75;
  private static final double FIGURE = 0.2;
  /** What a row gains if all of its label is asked for. */
  private static final double LABEL = 0.35;
  /** What a line gains that gives a reason, where one is asked for. */
  private static final double REASON = 0.2;
  /** What the words of one are worth that gives none. */
  private static final double WITHOUT_REASON = 0.7;
  /** What says no more of a row than that it is whole. */
  private static final Set<String> WHOLE = ContentWords.of("total totals overall sum 合计 总计");
  /** What stands around a chunk; it was not what the search found. */
  private static final double AROUND = 0.85;
  /** A sentence that only announces a list or a table answers little, and so does a heading. */
  private static final double HALF = 0.5;
  /** What is of another time than the question asks about. */
  private static final double ANOTHER_TIME = 0.5;
  private static final Pattern ANNOUNCEMENT = Pattern
      .compile("[:：]$|^(the )?following\\b|\\b(as follows|following table)\\b");
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,.]*");
  private static final Pattern YEAR = Pattern.compile("(19|20)\\d\\d[.,]?|\\d{1,2}[.,]?");
  private static final Pattern ASKS_FOR_NUMBER = Pattern.compile(
      "how (many|much|long|old|far|large|big|high)|how (has|have|did|do|does)\\b.{0,60}\\b(change|compare|grow|fluctuate|differ)|when|\\b(year|date|percent(age)?|amount|number|total|price|cost|value|rate|sales|income|expenses?|revenue|margin|levels?|cash flow)\\b|多少|几|哪年|哪一年|何时|什么时候|比例|金额|价格|费用",
      Pattern.CASE_INSENSITIVE);

  private static final Pattern ASKS_FOR_REASON = Pattern.compile(
      "\\b(why|reasons?|causes?|caused|drivers?|factors?|driven|contribut(?:e|ed|es|ing|ors?) to)\\b|为什么|为何|原因|因素|怎么会",
      Pattern.CASE_INSENSITIVE);
  /** With these words a reason is asked for; one that is given has others. */
  private static final Set<String> OF_REASONS = ContentWords
      .of("reasons causes caused drivers factors driven contributing contributed primary major main key behind 原因 因素");
  private static final Pattern GIVES_REASON = Pattern.compile(
      "\\b(due (primarily |mainly |largely |in part )?to|because|driven|as a result|result(s|ed|ing)? (from|in)|caused|owing to|thanks to|attributable|reflect(s|ed|ing))\\b|因为|由于|因此|导致|所致|得益于",
      Pattern.CASE_INSENSITIVE);

  private final Similarity similarity;

  BestSentences(Similarity similarity) {
    this.similarity = similarity;
  }

  /**
   * @param citation of its passage, from 1
   * @param words the share of the question that it has, by weight
   * @param named a row whose label is what is asked for
   */
  record Quote(String text, int citation, int place, double words, boolean named, double score) {}

  /** At most three, in the order of their passages; empty if none is about the question. */
  List<Quote> of(Grounding grounding) {
    return chosen(ranked(grounding));
  }

  /** All that may be, best first. */
  List<Quote> ranked(Grounding grounding) {
    var forms = ShortForms.in(grounding.passages().stream().map(Evidence::whole).toList());
    Function<String, Set<String>> wordsOf = it -> ContentWords.of(forms.spelledOut(it));
    boolean reason = ASKS_FOR_REASON.matcher(grounding.question()).find();
    var wanted = wanted(forms.spelledOut(grounding.question()), reason);
    var lines = PassageLines.of(grounding.passages(), wordsOf);
    var weights = weights(wanted, lines, wordsOf);
    double all = wanted.stream().mapToDouble(weights::get).sum();
    boolean number = !reason && ASKS_FOR_NUMBER.matcher(grounding.question()).find();
    var titles = grounding.passages().stream().map(it -> ContentWords.of(it.title())).toList();
    boolean[] inTime = Period.fits(grounding.question(),
        grounding.passages().stream().map(it -> it.title()).toList());
    var echoes = new Echo(grounding.question());
    var byWords = lines.stream().filter(it -> !echoes.isOne(it.text())).map(line -> {
      double words = all == 0 ? 0 : covered(line, titles.get(line.citation() - 1), wanted, weights, wordsOf) / all;
      boolean given = reason && GIVES_REASON.matcher(line.text()).find();
      words = reason && !given ? WITHOUT_REASON * words : words;
      double score = words;
      if (number && score > 0 && hasFigure(line.text(), grounding.question())) {
        score += FIGURE + (line.kind() == Kind.ROW ? LABEL * asked(line.label(), wanted) : 0);
      }
      if (given && score > 0) {
        score += REASON;
      }
      if (line.kind() == Kind.HEADING || ANNOUNCEMENT.matcher(line.text()).find()) {
        score *= HALF;
      }
      score *= line.found() ? 1 : AROUND;
      int passage = line.citation() - 1;
      return new Quote(line.text(), line.citation(), line.place(), words,
          number && inTime[passage] && isNamed(line, titles.get(passage), wanted),
          inTime[passage] ? score : score * ANOTHER_TIME);
    }).sorted(Comparator.comparingDouble(Quote::score).reversed()).limit(COMPARED).toList();
    return byMeaning(grounding.question(), byWords, number || reason ? LEAST_WORDS_OF_A_FIGURE : LEAST_WORDS);
  }

  /** A question's words, but for those that only say that a reason is wanted. */
  private static Set<String> wanted(String question, boolean reason) {
    var all = ContentWords.ofQuestion(question);
    if (!reason) {
      return all;
    }
    var others = new LinkedHashSet<>(all);
    others.removeAll(OF_REASONS);
    return others.isEmpty() ? all : others;
  }

  /** How much of the question a line has, by weight: itself, by what stands above it, by its title. */
  private static double covered(Line line, Set<String> title, Set<String> wanted, Map<String, Double> weights,
      Function<String, Set<String>> wordsOf) {
    var words = line.kind() == Kind.ROW ? wordsOf.apply(line.text()) : line.label();
    // What stands above a table says nothing of a row that is about something else.
    double above = line.kind() == Kind.ROW && asked(line.label(), wanted) == 0 ? ABOVE * HALF : ABOVE;
    double sum = 0;
    for (String word : wanted) {
      double share = words.contains(word) ? 1 : line.above().contains(word) ? above : title.contains(word) ? TITLE : 0;
      sum += share * weights.getOrDefault(word, 0.0);
    }
    return sum;
  }

  /** Whether the question asks for all of a row's label, and for something else that its table or its document is about. */
  private static boolean isNamed(Line line, Set<String> title, Set<String> wanted) {
    var label = named(line.label(), wanted);
    if (line.kind() != Kind.ROW || label.isEmpty() || !wanted.containsAll(label)) {
      return false;
    }
    return label.size() >= 2 || wanted.stream()
        .anyMatch(it -> !label.contains(it) && (line.above().contains(it) || title.contains(it)));
  }

  /** A row's label without "total", unless the total is asked for. */
  private static Set<String> named(Set<String> label, Set<String> wanted) {
    var named = new LinkedHashSet<>(label);
    named.removeIf(it -> WHOLE.contains(it) && !wanted.contains(it));
    return named;
  }

  /** How much of a row's label the question asks for. */
  private static double asked(Set<String> all, Set<String> wanted) {
    var label = named(all, wanted);
    return label.isEmpty() ? 0 : (double) label.stream().filter(wanted::contains).count() / label.size();
  }

  /** A number that the question does not have already, and that is no year. */
  private static boolean hasFigure(String sentence, String question) {
    return NUMBER.matcher(sentence).results().map(it -> it.group())
        .anyMatch(it -> !question.contains(it) && !YEAR.matcher(it).matches());
  }

  /** A word that few lines have says more. */
  private static Map<String, Double> weights(Set<String> wanted, List<Line> lines,
      Function<String, Set<String>> wordsOf) {
    var counts = new HashMap<String, Integer>();
    for (Line line : lines) {
      var words = new HashSet<>(line.kind() == Kind.ROW ? wordsOf.apply(line.text()) : line.label());
      words.retainAll(wanted);
      words.forEach(word -> counts.merge(word, 1, Integer::sum));
    }
    var weights = new HashMap<String, Double>();
    wanted.forEach(it -> weights.put(it, Math.log(1 + (lines.size() + 1.0) / (1 + counts.getOrDefault(it, 0)))));
    return weights;
  }

  private List<Quote> byMeaning(String question, List<Quote> byWords, double leastWords) {
    var promising = byWords.stream().filter(it -> it.score() >= LEAST_COMPARED).toList();
    double[] meaning = similarity.between(question, promising.stream().map(Quote::text).toList());
    var ranked = new ArrayList<Quote>();
    for (int i = 0; i < promising.size(); i++) {
      var it = promising.get(i);
      if (it.words() < leastWords && meaning[i] < LEAST_MEANING && !it.named()) {
        continue;
      }
      ranked.add(
          new Quote(it.text(), it.citation(), it.place(), it.words(), it.named(), 0.7 * it.score() + 0.3 * meaning[i]));
    }
    ranked.sort(Comparator.comparingDouble(Quote::score).reversed());
    return ranked;
  }

  private static List<Quote> chosen(List<Quote> ranked) {
    if (ranked.isEmpty()) {
      return List.of();
    }
    double least = CLOSE_TO_BEST * ranked.getFirst().score();
    return ranked.stream().filter(it -> it.score() >= least).limit(MOST)
        .sorted(Comparator.comparingInt(Quote::citation).thenComparingInt(Quote::place)).toList();
  }
}
