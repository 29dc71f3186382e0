package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a section into pieces of at most {@code limit} tokens. Each cut is the best break between half and the whole of the
 * limit, the content deciding between equals: two versions of a text choose the same breaks soon after they differ (S11).
 */
final class WindowPacker {
  private final TokenIndex index;
  private final Breaks breaks;
  private final int limit;

  WindowPacker(TokenIndex index, Breaks breaks, int limit) {
    this.index = index;
    this.breaks = breaks;
    this.limit = limit;
  }

  List<Range> pack(Range section) {
    var pieces = new ArrayList<Range>();
    int start = section.start();
    while (!index.fits(start, section.end(), limit)) {
      int cut = cut(start, section.end());
      pieces.add(new Range(start, cut));
      start = cut;
    }
    pieces.add(new Range(start, section.end()));
    return pieces;
  }

  private int cut(int start, int end) {
    int total = index.tokens(start, end);
    // the last cut of a section leaves a piece worth having
    int most = Math.min(limit, Math.max(limit / 2, total - limit / 8));
    int farthest = Math.min(index.reach(start, most), end);
    int nearest = Math.min(index.reach(start, most / 2), farthest - 1);
    int structural = breaks.best(nearest, farthest, Breaks.ROW);
    if (structural < 0) {
      structural = breaks.best(Math.min(index.reach(start, most / 4), farthest - 1), farthest, Breaks.LINE);
    }
    return structural > start ? structural : FineCut.in(index.text(), Math.max(start, nearest), farthest);
  }
}
