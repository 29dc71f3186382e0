package io.selfrag.chunker.split;

import java.util.Arrays;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.ParsedDocument;

/**
 * The places of a document where a chunk may start, ascending, each with how good it is. Both depend on the text around the
 * place only, which is what lets boundaries re-synchronise after an edit (S11).
 */
final class Breaks {
  private static final int WORST = 1;
  /** A break inside a sentence at the end of a line. */
  static final int LINE = 3;
  /** The next row of a table or line of code: splits what belongs together, but not a sentence. */
  static final int ROW = 4;
  static final int SENTENCE = 5;
  /** The next item of a list, an empty line in code. */
  static final int ITEM = 6;
  /** An empty line in front of the outermost indentation of code. */
  static final int DECLARATION = 7;
  static final int BLOCK = 8;
  static final int PAGE = 9;
  /** A heading of level 9; each level above is one more. */
  static final int HEADING = 10;

  private final String text;
  private final boolean code;
  private int[] offsets = new int[256];
  private byte[] strengths = new byte[256];
  private int size;

  private Breaks(String text, boolean code) {
    this.text = text;
    this.code = code;
  }

  /**
   * @param code whether every block is read as source code
   */
  static Breaks of(ParsedDocument document, boolean code) {
    var breaks = new Breaks(document.text(), code);
    Block previous = null;
    boolean newPage = false;
    for (Block block : document.blocks()) {
      if (block.kind() == Kind.PAGE_BREAK) {
        newPage = true;
        continue;
      }
      if (previous != null) {
        breaks.between(previous, block, newPage);
      }
      breaks.inside(block);
      previous = block;
      newPage = false;
    }
    return breaks;
  }

  private void between(Block previous, Block block, boolean newPage) {
    boolean underHeading = previous.kind() == Kind.HEADING;
    if (block.kind() == Kind.HEADING) {
      boolean subheading = underHeading && previous.level() < block.level();
      // a heading right under its parent stays with it
      add(block.charStart(), subheading ? WORST : HEADING + 9 - block.level());
    } else if (!underHeading) {
      boolean sentenceGoesOn = newPage && previous.kind() == block.kind() && !endsSentence(previous.charEnd());
      add(block.charStart(), sentenceGoesOn ? LINE : newPage ? PAGE : BLOCK);
    }
  }

  private boolean endsSentence(int end) {
    return ".!?。！？:：;；".indexOf(text.charAt(end - 1)) >= 0;
  }

  private void inside(Block block) {
    if (code && block.kind() != Kind.HEADING) {
      codeLines(block);
      sortFrom(block.charStart());
      return;
    }
    switch (block.kind()) {
      case PARAGRAPH -> {
        Sentences.starts(text, block.charStart(), block.charEnd(), next -> add(next, SENTENCE));
        lines(block, LINE);
      }
      case LIST -> {
        Sentences.starts(text, block.charStart(), block.charEnd(), next -> add(next, SENTENCE));
        lines(block, ITEM);
      }
      case TABLE -> lines(block, ROW);
      case CODE -> codeLines(block);
      case HEADING, PAGE_BREAK -> {
        // never cut
      }
    }
    sortFrom(block.charStart());
  }

  private void lines(Block block, int strength) {
    int line = text.indexOf('\n', block.charStart()) + 1;
    if (block.kind() == Kind.TABLE && line > 0) {
      // the first row is not left alone at the end of a chunk
      line = text.indexOf('\n', line) + 1;
    }
    while (line > 0 && line < block.charEnd()) {
      add(line, strength);
      line = text.indexOf('\n', line) + 1;
    }
  }

  /** Code is cut between declarations: at an empty line, at the outermost indentation, best at both. */
  private void codeLines(Block block) {
    boolean afterEmpty = false;
    int line = text.indexOf('\n', block.charStart()) + 1;
    while (line > 0 && line < block.charEnd()) {
      char first = text.charAt(line);
      if (first == '\n') {
        afterEmpty = true;
      } else {
        boolean outermost = !Character.isWhitespace(first) && "})]`".indexOf(first) < 0;
        add(line, outermost && afterEmpty ? DECLARATION : outermost ? ITEM : afterEmpty ? SENTENCE : ROW);
        afterEmpty = false;
      }
      line = text.indexOf('\n', line) + 1;
    }
  }

  private void add(int offset, int strength) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      strengths = Arrays.copyOf(strengths, size * 2);
    }
    offsets[size] = offset;
    strengths[size++] = (byte) strength;
  }

  /** Sentences and lines of one block are found in two passes: merges them, the better one of two at a place. */
  private void sortFrom(int start) {
    int first = size;
    while (first > 0 && offsets[first - 1] >= start) {
      first--;
    }
    long[] keys = new long[size - first];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ((long) offsets[first + i] << 8) | (255 - strengths[first + i]);
    }
    Arrays.sort(keys);
    size = first;
    for (long key : keys) {
      int offset = (int) (key >> 8);
      if (size == first || offsets[size - 1] != offset) {
        offsets[size] = offset;
        strengths[size++] = (byte) (255 - (key & 255));
      }
    }
  }

  int count() {
    return size;
  }

  int offset(int index) {
    return offsets[index];
  }

  int strength(int index) {
    return strengths[index];
  }

  boolean isHeading(int index) {
    return strengths[index] >= HEADING;
  }

  /** Index of the first break behind the offset. */
  int firstAfter(int offset) {
    int found = Arrays.binarySearch(offsets, 0, size, offset + 1);
    return found < 0 ? -found - 1 : found;
  }

  /** The best break in (after, upTo], the content deciding between equals; -1 if none is at least so strong. */
  int best(int after, int upTo, int weakest) {
    int best = -1;
    int bestStrength = weakest - 1;
    int bestHash = 0;
    for (int i = firstAfter(after); i < size && offsets[i] <= upTo; i++) {
      if (strengths[i] < bestStrength || strengths[i] < weakest) {
        continue;
      }
      int hash = ContentHash.around(text, offsets[i]);
      if (strengths[i] > bestStrength || Integer.compareUnsigned(hash, bestHash) >= 0) {
        best = offsets[i];
        bestStrength = strengths[i];
        bestHash = hash;
      }
    }
    return best;
  }

  /** The last break in (after, upTo] that is at least so strong; -1 if there is none. */
  int last(int after, int upTo, int weakest) {
    for (int i = firstAfter(upTo) - 1; i >= 0 && offsets[i] > after; i--) {
      if (strengths[i] >= weakest) {
        return offsets[i];
      }
    }
    return -1;
  }
}
