package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.List;

/** The ways to cut a section, other than by {@link WindowPacker}. */
final class Packings {
  private Packings() {}

  static Packing window(int limit) {
    return (section, index, breaks) -> new WindowPacker(index, breaks, limit).pack(section);
  }

  /** As many whole blocks as fit; a block that alone is too long by sentences, a sentence by clauses. */
  static Packing greedy(int limit, int preferred) {
    return (section, index, breaks) -> {
      var pieces = new ArrayList<Range>();
      int start = section.start();
      while (!index.fits(start, section.end(), limit)) {
        int farthest = Math.min(index.reach(start, limit), section.end());
        int cut = breaks.last(Math.min(index.reach(start, limit / 4), farthest), farthest, preferred);
        for (int weaker = Math.min(preferred - 1, Breaks.SENTENCE); cut < 0 && weaker >= Breaks.LINE; weaker--) {
          cut = breaks.last(start, farthest, weaker);
        }
        if (cut < 0) {
          cut = FineCut.in(index.text(), Math.min(index.reach(start, limit / 2), farthest - 1), farthest);
        }
        pieces.add(new Range(start, cut));
        start = cut;
      }
      pieces.add(new Range(start, section.end()));
      return pieces;
    };
  }

  /** Exactly {@code limit} tokens each, wherever that cuts. */
  static Packing tokens(int limit) {
    return (section, index, breaks) -> {
      var pieces = new ArrayList<Range>();
      for (int start = section.start(); start < section.end();) {
        int end = index.fits(start, section.end(), limit)
            ? section.end()
            : Math.min(index.reach(start, limit), section.end());
        pieces.add(new Range(start, end));
        start = end;
      }
      return pieces;
    };
  }

  /** Windows of {@code size} tokens, each {@code step} tokens behind the one before, moved to where words end. */
  static Packing sliding(int size, int step) {
    return (section, index, breaks) -> {
      var windows = new ArrayList<Range>();
      int start = section.start();
      while (!index.fits(start, section.end(), size)) {
        windows.add(new Range(start, wordEnd(index, start, size, section.end())));
        start = wordEnd(index, start, step, section.end());
      }
      windows.add(new Range(start, section.end()));
      return windows;
    };
  }

  private static int wordEnd(TokenIndex index, int start, int tokens, int end) {
    int farthest = Math.min(index.reach(start, tokens), end);
    int nearest = Math.min(index.reach(start, tokens - Math.max(1, tokens / 8)), farthest - 1);
    return FineCut.in(index.text(), nearest, farthest);
  }

  /** Starts each piece earlier by at most {@code overlap} tokens, at a break or, without one, at a word. */
  static Packing overlapping(Packing packing, int overlap) {
    if (overlap == 0) {
      return packing;
    }
    return (section, index, breaks) -> {
      var pieces = new ArrayList<Range>();
      for (Range piece : packing.pack(section, index, breaks)) {
        int from = Math.max(section.start(), index.back(piece.start(), overlap));
        pieces.add(
            from >= piece.start() ? piece : new Range(repeatFrom(index, breaks, from, piece.start()), piece.end()));
      }
      return pieces;
    };
  }

  /** Repeats up to so many whole sentences of the piece before, within a quarter of the limit. */
  static Packing overlappingSentences(Packing packing, int sentences, int limit) {
    if (sentences == 0) {
      return packing;
    }
    return (section, index, breaks) -> {
      var pieces = new ArrayList<Range>();
      for (Range piece : packing.pack(section, index, breaks)) {
        int earliest = Math.max(section.start(), index.back(piece.start(), limit / 4));
        int start = piece.start();
        int before = start;
        for (int i = 0; i < sentences && before > earliest; i++) {
          before = breaks.last(earliest - 1, before - 1, Breaks.SENTENCE);
          start = before >= earliest ? before : start;
        }
        pieces.add(new Range(start, piece.end()));
      }
      return pieces;
    };
  }

  private static int repeatFrom(TokenIndex index, Breaks breaks, int from, int start) {
    int next = breaks.firstAfter(from - 1);
    if (next < breaks.count() && breaks.offset(next) < start) {
      return breaks.offset(next);
    }
    String text = index.text();
    for (int i = from; i < start; i++) {
      if (i == 0 || Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return index.wholeCharacter(from);
  }

  static List<Range> all(List<Range> sections, Packing packing, TokenIndex index, Breaks breaks) {
    var pieces = new ArrayList<Range>();
    for (Range section : sections) {
      pieces.addAll(packing.pack(section, index, breaks));
    }
    return pieces;
  }
}
