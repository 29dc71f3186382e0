package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.ContentWords;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds sentences of an answer against the passages that it rests on. Words decide, and meaning where words leave it open; a
 * number or a name that the passage does not have there decides against it whatever the rest. Blocks for milliseconds; not for
 * concurrent callers.
 */
public final class SupportScorer {
  private static final double WRONG_NUMBER = 0.2;
  private static final double UNKNOWN_NAME = 0.3;
  private static final double OTHER_POLARITY = 0.4;
  /** Between these, words leave it open. */
  private static final double TOO_FEW_WORDS = 0.25;
  private static final double WORDS_ENOUGH = 0.7;
  private static final int COMPARED_SENTENCES = 2;

  private final Similarity similarity;
  private final List<PreparedPassage> passages;

  /** @param passages as they are cited: the first is [1] */
  public SupportScorer(Similarity similarity, List<Evidence> passages) {
    this.similarity = similarity;
    this.passages = passages.stream().map(PreparedPassage::new).toList();
  }

  private record Verdict(int passage, double score, String reason) {}

  /** What is wanted of a passage. */
  private record Claim(String text, Set<String> words, Facts facts) {}

  /** Scores a sentence; citations must be cut out of it. */
  public Support score(String sentence) {
    var facts = Facts.of(sentence);
    var words = ContentWords.of(sentence).stream().filter(it -> !it.chars().allMatch(Character::isDigit))
        .collect(Collectors.toSet());
    var claim = new Claim(sentence, words, facts);
    var verdicts = IntStream.range(0, passages.size()).mapToObj(it -> verdict(claim, it))
        .sorted(Comparator.comparingDouble(Verdict::score).reversed()).toList();
    if (verdicts.isEmpty()) {
      return new Support(0, List.of(), "there are no passages");
    }
    var best = verdicts.getFirst();
    var supporting = verdicts.stream().filter(it -> it.score() >= Support.ENOUGH && it.score() >= best.score() - 0.1)
        .map(Verdict::passage).limit(3).toList();
    return new Support(best.score(), supporting, best.reason());
  }

  /** Whether a sentence says anything that could be supported: a heading's number or "in short:" does not. */
  public static boolean isClaim(String sentence) {
    return ContentWords.of(sentence).size() >= 2 || !Facts.numbers(sentence).isEmpty();
  }

  private Verdict verdict(Claim claim, int index) {
    var passage = passages.get(index);
    var unknown = unknownName(claim, passage);
    if (!unknown.isEmpty()) {
      return new Verdict(index, Math.min(UNKNOWN_NAME, bestWords(claim, passage)),
          "the passage does not name " + unknown);
    }
    var fitting = passage.windows().stream().filter(it -> it.numbers().containsAll(claim.facts().numbers())).toList();
    if (fitting.isEmpty()) {
      return new Verdict(index, Math.min(WRONG_NUMBER, bestWords(claim, passage)), claim.facts().numbers().isEmpty()
          ? "the passage is empty"
          : "the passage does not have its numbers together");
    }
    var ranked = fitting.stream().sorted(Comparator.comparingDouble((Window it) -> it.covers(claim.words()))
        .thenComparingDouble(it -> it.sentenceCovers(claim.words())).reversed()).toList();
    double words = claim.words().isEmpty() ? 1 : ranked.getFirst().covers(claim.words());
    if (Polarity.differs(claim.text(), claim.words(), ranked.getFirst())) {
      return new Verdict(index, Math.min(OTHER_POLARITY, words), "one of them denies what the other says");
    }
    if (words < TOO_FEW_WORDS || words >= WORDS_ENOUGH) {
      return new Verdict(index, words, words >= WORDS_ENOUGH ? "its words are there" : "its words are not there");
    }
    var compared = ranked.stream().limit(COMPARED_SENTENCES).map(Window::sentence).toList();
    double meaning = 0;
    for (double it : similarity.between(claim.text(), compared)) {
      meaning = Math.max(meaning, it);
    }
    return new Verdict(index, Math.max(words, 0.5 * words + 0.5 * meaning), "by words and meaning");
  }

  private static double bestWords(Claim claim, PreparedPassage passage) {
    return passage.windows().stream().mapToDouble(it -> it.covers(claim.words())).max().orElse(0);
  }

  /** A name that the passage lacks, or characters in a row that it has nowhere, which is how Chinese writes a foreign name. */
  private static String unknownName(Claim claim, PreparedPassage passage) {
    for (String name : claim.facts().names()) {
      if (!ContentWords.of(name).isEmpty() && !passage.knows(name)) {
        return name;
      }
    }
    return UnknownCharacters.in(Facts.folded(claim.text()).toLowerCase(Locale.ROOT), passage);
  }
}
