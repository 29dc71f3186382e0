package io.selfrag.generation.support;

import io.selfrag.generation.text.ContentWords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A few neighbouring sentences of a passage, under its title and its first lines: what one sentence of an answer may be drawn from.
 *
 * @param sentence the middle one alone
 */
record Window(String sentence, Set<String> sentenceWords, Set<String> words, Set<String> numbers) {
  static Window of(String sentence, List<String> neighbours, String heading) {
    var text = String.join("\n", neighbours);
    var words = new HashSet<>(ContentWords.of(text));
    words.addAll(ContentWords.of(heading));
    var numbers = new HashSet<>(Facts.numbers(text));
    numbers.addAll(Facts.numbers(heading));
    return new Window(sentence, ContentWords.of(sentence), words, numbers);
  }

  /** The share of wanted words that it has. */
  double covers(Set<String> wanted) {
    return share(wanted, words);
  }

  /** The share of wanted words that its sentence alone has. */
  double sentenceCovers(Set<String> wanted) {
    return share(wanted, sentenceWords);
  }

  private static double share(Set<String> wanted, Set<String> there) {
    return wanted.isEmpty() ? 0 : (double) wanted.stream().filter(there::contains).count() / wanted.size();
  }
}
