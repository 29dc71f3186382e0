package io.selfrag.chunker.parse;

/**
 * A stretch of a document's text with one role.
 *
 * @param kind its role
 * @param level of a heading 1 (outermost) to 9; 0 for the rest
 * @param charStart UTF-16 offset, inclusive
 * @param charEnd exclusive; equal to {@code charStart} only for a page break
 * @param page from 1; 0 if the format has no pages. A page break carries the page it opens
 */
public record Block(Kind kind, int level, int charStart, int charEnd, int page) {

  /** The roles. Rows of a table and items of a list are lines of their block. */
  public enum Kind {
    HEADING, PARAGRAPH, TABLE, LIST, CODE, PAGE_BREAK
  }

  public Block {
    boolean empty = charStart == charEnd;
    if (charStart < 0 || charEnd < charStart || empty != (kind == Kind.PAGE_BREAK)) {
      throw new IllegalArgumentException("a block spans text, a page break spans none");
    }
    if (page < 0 || (kind == Kind.HEADING) != (level > 0)) {
      throw new IllegalArgumentException("headings, and only headings, have a level; pages count from 1");
    }
  }
}
