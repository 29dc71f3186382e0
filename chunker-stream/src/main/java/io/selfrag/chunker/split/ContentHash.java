package io.selfrag.chunker.split;

/** A number that the text near an offset decides, so that equal surroundings decide equally wherever they stand. */
final class ContentHash {
  private static final int REACH = 24;

  private ContentHash() {}

  static int around(String text, int offset) {
    int hash = 0x811C9DC5;
    int end = Math.min(text.length(), offset + REACH);
    for (int i = Math.max(0, offset - REACH); i < end; i++) {
      hash = (hash ^ text.charAt(i)) * 0x01000193;
    }
    hash ^= hash >>> 16;
    hash *= 0x85EBCA6B;
    hash ^= hash >>> 13;
    hash *= 0xC2B2AE35;
    return hash ^ (hash >>> 16);
  }

  /** True for about {@code part} out of {@code whole} places. */
  static boolean chooses(String text, int offset, int part, int whole) {
    return Integer.toUnsignedLong(around(text, offset)) * whole < ((long) part << 32);
  }
}
