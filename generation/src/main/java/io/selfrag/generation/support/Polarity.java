package io.selfrag.generation.support;

import java.util.Set;
import java.util.regex.Pattern;

/** Notices a sentence that says nearly what a passage says, and denies it, or affirms what the passage denies. */
final class Polarity {
  private static final double SAME_SENTENCE = 0.75;
  private static final Pattern NEGATION = Pattern.compile(
      "\\b(not|no|never|neither|nor|cannot|without|none)\\b|n['’]t\\b|没|沒|未|并非|並非|不|无法|無法",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern NO_NEGATION = Pattern.compile(
      "不同|不过|不過|不仅|不僅|不但|不断|不斷|不少|不久|不论|不論|不只|不错|不得不|未来|未來|是否|no\\. ?\\d|not only|no longer than",
      Pattern.CASE_INSENSITIVE);

  private Polarity() {}

  /** Only where the two are about the same sentence: elsewhere a negation may belong to something else. */
  static boolean differs(String claim, Set<String> claimed, Window window) {
    var said = window.sentenceWords();
    long shared = claimed.stream().filter(said::contains).count();
    boolean same = shared >= SAME_SENTENCE * claimed.size() && shared >= SAME_SENTENCE * 0.7 * said.size();
    return same && negations(claim) % 2 != negations(window.sentence()) % 2;
  }

  private static long negations(String text) {
    return NEGATION.matcher(NO_NEGATION.matcher(text).replaceAll(" ")).results().count();
  }
}
