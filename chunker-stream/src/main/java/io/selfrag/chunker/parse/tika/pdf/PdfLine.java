package io.selfrag.chunker.parse.tika.pdf;

import java.util.List;

/**
 * A printed line.
 *
 * @param key its text without white space
 * @param cells its parts between wide gaps, left to right; at least one
 * @param style how it is set; of the larger part if it is mixed
 * @param bottom distance of its base line from the top of the page
 * @param tagged level of the heading that the document itself says it is; 0 for none
 */
record PdfLine(String key, List<Cell> cells, Style style, float bottom, int tagged) {

  /**
   * A part of a line between wide gaps.
   *
   * @param length of its text without white space
   */
  record Cell(int length, float left, float right) {}

  /**
   * @param size of the letters in half points
   * @param bold whether all letters are
   */
  record Style(int size, boolean bold) {}

  PdfLine {
    cells = List.copyOf(cells);
  }

  float left() {
    return cells.getFirst().left();
  }

  float right() {
    return cells.getLast().right();
  }

  float points() {
    return style.size() / 2f;
  }
}
