package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document into independent sections: at headings and, in long runs without any, at blocks that their own content
 * chooses. Whether a place is a cut depends on the text next to it alone, so an edit moves at most the cuts beside it, and
 * whatever a chunker does inside one section cannot shift the next (S11).
 */
final class Sections {
  /** How many chunks a run without headings has on average before the content restarts it. */
  private static final int CHUNKS_A_RUN = 8;

  private Sections() {}

  /**
   * @param size tokens of a chunk
   * @param smallest a heading cuts only if the section before it has so many tokens; smaller ones stay together
   */
  static List<Range> of(TokenIndex index, Breaks breaks, int size, int smallest) {
    var sections = new ArrayList<Range>();
    String text = index.text();
    int start = 0;
    int heading = 0;
    int block = 0;
    for (int i = 0; i < breaks.count(); i++) {
      int offset = breaks.offset(i);
      boolean cut;
      if (breaks.isHeading(i)) {
        cut = index.tokens(heading, offset) >= smallest;
        heading = offset;
        block = offset;
      } else if (breaks.strength(i) >= Breaks.SENTENCE) {
        int tokens = index.tokens(block, offset);
        block = offset;
        cut = tokens >= size / 16 && ContentHash.chooses(text, offset, tokens, size * CHUNKS_A_RUN);
      } else {
        cut = false;
      }
      if (cut && offset > start) {
        sections.add(new Range(start, offset));
        start = offset;
      }
    }
    sections.add(new Range(start, text.length()));
    return sections;
  }
}
