package io.selfrag.generation.support;

import io.selfrag.generation.text.ContentWords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A few neighbouring sentences of a passage, under its title and its first lines: what one sentence of an answer may be drawn from.
 *
 * @param chunkId of the middle sentence
 * @param sentence the middle one alone
 */
record Window(UUID chunkId, String sentence, Set<String> sentenceWords, Set<String> words, Set<String> numbers) {
  /** What one sentence or heading says; taken apart once, though several windows have it. */
  record Part(String text, Set<String> words, Set<String> numbers) {
    static Part of(String text) {
      return new Part(text, ContentWords.of(text), Facts.numbers(text));
    }
  }

  static Window of(UUID chunkId, Part sentence, List<Part> neighbours, Part heading) {
    var words = new HashSet<>(heading.words());
    var numbers = new HashSet<>(heading.numbers());
    for (Part neighbour : neighbours) {
      words.addAll(neighbour.words());
      numbers.addAll(neighbour.numbers());
    }
    return new Window(chunkId, sentence.text(), sentence.words(), words, numbers);
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
