package io.selfrag.embedding.onnx;

/**
 * Text with each lone surrogate replaced by U+FFFD, which is as long: on its way to native code a lone surrogate would
 * become several characters and shift every offset after it.
 */
final class WellFormed {
  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  static String of(String text) {
    int lone = nextLone(text, 0);
    if (lone < 0) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text);
    for (; lone >= 0; lone = nextLone(text, lone + 1)) {
      repaired.setCharAt(lone, REPLACEMENT);
    }
    return repaired.toString();
  }

  private static int nextLone(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
