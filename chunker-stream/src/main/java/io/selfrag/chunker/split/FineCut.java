package io.selfrag.chunker.split;

/** Cuts where no structure helps: behind a clause, else between words, else between characters; the content decides. */
final class FineCut {
  private static final String CLAUSE_ENDS = ",;:，、；：)）]】";

  private FineCut() {}

  /** A place in (after, upTo]; never inside a surrogate pair or in front of a combining mark unless nothing else is left. */
  static int in(String text, int after, int upTo) {
    int best = -1;
    int bestRank = -1;
    int bestHash = 0;
    for (int offset = upTo; offset > after; offset--) {
      int rank = rank(text, offset);
      if (rank < bestRank || rank == 0) {
        continue;
      }
      int hash = ContentHash.around(text, offset);
      if (rank > bestRank || Integer.compareUnsigned(hash, bestHash) > 0) {
        best = offset;
        bestRank = rank;
        bestHash = hash;
      }
    }
    return best < 0 ? upTo : best;
  }

  private static int rank(String text, int offset) {
    if (offset >= text.length()) {
      return 4;
    }
    char before = text.charAt(offset - 1);
    char after = text.charAt(offset);
    if (Character.isLowSurrogate(after) && Character.isHighSurrogate(before)) {
      return 0;
    }
    if (CLAUSE_ENDS.indexOf(before) >= 0 && (before > 0x7F || Character.isWhitespace(after))) {
      return 3;
    }
    if (Character.isWhitespace(before) && !Character.isWhitespace(after)) {
      return 2;
    }
    int type = Character.getType(after);
    boolean joined = type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK || after == '\u200D' || before == '\u200D';
    return joined ? 0 : 1;
  }
}
