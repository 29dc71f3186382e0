package io.selfrag.generation.extractive;

import io.selfrag.generation.chat.ChatPrompt.Grounding;
import io.selfrag.generation.support.Similarity;
import io.selfrag.generation.text.ContentWords;
import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Chooses the sentences that answer a question best: by the question's rarer words first, then by meaning. */
final class BestSentences {
  private static final int MOST = 3;
  private static final int COMPARED = 12;
  private static final int LONGEST = 600;
  /** Of the best sentence's score; what is further behind is about something else. */
  private static final double CLOSE_TO_BEST = 0.6;
  /** What a word of the question is worth that the sentence leaves to its title. */
  private static final double TITLE = 0.5;
  private static final double LEAST_COMPARED = 0.12;
  /** Less of the question's words than this must be made up for by meaning. */
  private static final double LEAST_WORDS = 0.3;
  private static final double LEAST_MEANING = 0.75;
  private static final double FIGURE = 0.2;
  /** A sentence that only announces a list or a table answers little. */
  private static final double HALF = 0.5;
  private static final Pattern ANNOUNCEMENT = Pattern.compile("[:：]$|^(the )?following\\b");
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,.]*");
  private static final Pattern YEAR = Pattern.compile("(19|20)\\d\\d[.,]?|\\d{1,2}[.,]?");
  private static final Pattern ASKS_FOR_NUMBER = Pattern.compile(
      "how (many|much|long|old|far|large|big|high)|when|\\b(year|date|percent(age)?|amount|number|total|price|cost|value|rate|sales|income|expenses?|revenue|margin)\\b|多少|几|哪年|哪一年|何时|什么时候|比例|金额|价格|费用",
      Pattern.CASE_INSENSITIVE);

  private final Similarity similarity;

  BestSentences(Similarity similarity) {
    this.similarity = similarity;
  }

  /**
   * @param citation of its passage, from 1
   * @param words the share of the question that it has, by weight
   */
  record Quote(String text, int citation, int place, double words, double score) {}

  /** At most three, in the order of their passages; empty if none is about the question. */
  List<Quote> of(Grounding grounding) {
    var wanted = ContentWords.ofQuestion(grounding.question());
    var candidates = candidates(grounding);
    var weights = weights(wanted, candidates);
    double all = wanted.stream().mapToDouble(weights::get).sum();
    boolean number = ASKS_FOR_NUMBER.matcher(grounding.question()).find();
    var byWords = candidates.stream().map(it -> {
      var words = ContentWords.of(it.text());
      var title = ContentWords.of(grounding.passages().get(it.citation() - 1).title());
      double covered = wanted.stream().mapToDouble(
          word -> words.contains(word)
              ? weights.getOrDefault(word, 0.0)
              : title.contains(word) ? TITLE * weights.getOrDefault(word, 0.0) : 0)
          .sum();
      double score = all == 0 ? 0 : covered / all;
      boolean answers = number && score > 0 && hasFigure(it.text(), grounding.question());
      return new Quote(it.text(), it.citation(), it.place(), score,
          (answers ? score + FIGURE : score) * (ANNOUNCEMENT.matcher(it.text()).find() ? HALF : 1));
    }).sorted(Comparator.comparingDouble(Quote::score).reversed()).limit(COMPARED).toList();
    return chosen(byMeaning(grounding.question(), byWords));
  }

  /** A number that the question does not have already, and that is no year. */
  private static boolean hasFigure(String sentence, String question) {
    return NUMBER.matcher(sentence).results().map(it -> it.group())
        .anyMatch(it -> !question.contains(it) && !YEAR.matcher(it).matches());
  }

  private static List<Quote> candidates(Grounding grounding) {
    var candidates = new ArrayList<Quote>();
    var seen = new HashSet<String>();
    for (int i = 0; i < grounding.passages().size(); i++) {
      var sentences = Sentences.of(grounding.passages().get(i).text());
      for (int j = 0; j < sentences.size(); j++) {
        var sentence = sentences.get(j);
        if (sentence.length() <= LONGEST && seen.add(sentence)) {
          candidates.add(new Quote(sentence, i + 1, j, 0, 0));
        }
      }
    }
    return candidates;
  }

  /** A word that few sentences have says more. */
  private static Map<String, Double> weights(Set<String> wanted, List<Quote> candidates) {
    var counts = new HashMap<String, Integer>();
    candidates.forEach(it -> ContentWords.of(it.text()).stream().filter(wanted::contains)
        .forEach(word -> counts.merge(word, 1, Integer::sum)));
    var weights = new HashMap<String, Double>();
    wanted.forEach(it -> weights.put(it, Math.log(1 + (candidates.size() + 1.0) / (1 + counts.getOrDefault(it, 0)))));
    return weights;
  }

  private List<Quote> byMeaning(String question, List<Quote> byWords) {
    var promising = byWords.stream().filter(it -> it.score() >= LEAST_COMPARED).toList();
    double[] meaning = similarity.between(question, promising.stream().map(Quote::text).toList());
    var ranked = new ArrayList<Quote>();
    for (int i = 0; i < promising.size(); i++) {
      var it = promising.get(i);
      if (it.words() < LEAST_WORDS && meaning[i] < LEAST_MEANING) {
        continue;
      }
      ranked.add(new Quote(it.text(), it.citation(), it.place(), it.words(), 0.7 * it.score() + 0.3 * meaning[i]));
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
