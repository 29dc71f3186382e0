package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.ContentWords;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
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
  /** Passages that are further behind the best are not cited beside it. */
  private static final double NEXT_TO_BEST = 0.1;

  private static final UUID NOWHERE = new UUID(0, 0);

  private final Similarity similarity;
  private final List<PreparedPassage> passages;

  /** @param passages as they are cited: the first is [1] */
  public SupportScorer(Similarity similarity, List<Evidence> passages) {
    this.similarity = similarity.remembering();
    this.passages = passages.stream().map(PreparedPassage::new).toList();
  }

  /** @param open sentences of the passage whose meaning is still to be asked; empty if words have decided */
  private record Verdict(Support.Place place, double score, String reason, List<String> open) {
    Verdict(Support.Place place, double score, String reason) {
      this(place, score, reason, List.of());
    }

    /** Of a passage that does not support it anywhere. */
    Verdict(int passage, double score, String reason) {
      this(new Support.Place(passage, NOWHERE), score, reason);
    }

    /** What it may come to. */
    double most() {
      return open.isEmpty() ? score : 0.5 * score + 0.5;
    }

    Verdict byMeaning(double meaning) {
      return new Verdict(place, Math.max(score, 0.5 * score + 0.5 * meaning), reason);
    }
  }

  /** What is wanted of a passage. */
  private record Claim(String text, Set<String> words, Facts facts) {}

  /** Scores a sentence; citations must be cut out of it. */
  public Support score(String sentence) {
    var facts = Facts.of(sentence);
    var words = ContentWords.of(sentence).stream().filter(it -> !it.chars().allMatch(Character::isDigit))
        .collect(Collectors.toSet());
    var claim = new Claim(sentence, words, facts);
    var verdicts = byMeaning(sentence, IntStream.range(0, passages.size()).mapToObj(it -> byWords(claim, it)).toList())
        .stream().sorted(Comparator.comparingDouble(Verdict::score).reversed()).toList();
    if (verdicts.isEmpty()) {
      return new Support(0, List.of(), "there are no passages");
    }
    var best = verdicts.getFirst();
    var supporting = verdicts.stream()
        .filter(it -> it.score() >= Support.ENOUGH && it.score() >= best.score() - NEXT_TO_BEST)
        .map(Verdict::place).limit(3).toList();
    return new Support(best.score(), supporting, best.reason());
  }

  /** Whether a sentence says anything that could be supported: a heading's number or "in short:" does not. */
  public static boolean isClaim(String sentence) {
    return ContentWords.of(sentence).size() >= 2 || !Facts.numbers(sentence).isEmpty();
  }

  /** Asks for the meaning of all that is open at once, but for what could not be cited whatever it means. */
  private List<Verdict> byMeaning(String sentence, List<Verdict> verdicts) {
    double best = verdicts.stream().mapToDouble(Verdict::score).max().orElse(0);
    var compared = verdicts.stream().filter(it -> it.most() >= best - NEXT_TO_BEST).map(Verdict::open)
        .flatMap(List::stream).distinct().toList();
    double[] meanings = similarity.between(sentence, compared);
    return verdicts.stream().map(it -> it.byMeaning(
        it.open().stream().mapToInt(compared::indexOf).filter(at -> at >= 0).mapToDouble(at -> meanings[at]).max()
            .orElse(0)))
        .toList();
  }

  private Verdict byWords(Claim claim, int index) {
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
    var place = new Support.Place(index, ranked.stream()
        .max(Comparator.comparingDouble(it -> it.sentenceCovers(claim.words()))).orElse(ranked.getFirst()).chunkId());
    if (Polarity.differs(claim.text(), claim.words(), ranked.getFirst())) {
      return new Verdict(place, Math.min(OTHER_POLARITY, words), "one of them denies what the other says");
    }
    if (words < TOO_FEW_WORDS || words >= WORDS_ENOUGH) {
      return new Verdict(place, words, words >= WORDS_ENOUGH ? "its words are there" : "its words are not there");
    }
    return new Verdict(place, words, "by words and meaning",
        ranked.stream().limit(COMPARED_SENTENCES).map(Window::sentence).toList());
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
