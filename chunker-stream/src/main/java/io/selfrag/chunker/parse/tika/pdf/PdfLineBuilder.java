package io.selfrag.chunker.parse.tika.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import org.apache.pdfbox.text.TextPosition;

import io.selfrag.chunker.parse.tika.pdf.PdfLine.Cell;
import io.selfrag.chunker.parse.tika.pdf.PdfLine.Style;

/** Puts a line together, letter by letter. All measures of gaps are in heights of letters. */
final class PdfLineBuilder {
  /** Narrower gaps are between letters. */
  private static final float WORD_GAP = 0.15f;
  private static final float CELL_GAP = 1;
  /** In lines that are stretched to a margin, all gaps are wide: one between cells is wider than the usual one. */
  private static final float WIDER_THAN_USUAL = 1.6f;
  private static final float SURELY_A_CELL_GAP = 2.2f;

  private final StringBuilder key = new StringBuilder();
  private final List<Cell> words = new ArrayList<>();
  private int size;
  private int ofThatSize;
  private boolean bold = true;
  private int tagged = Integer.MAX_VALUE;
  private float bottom;

  void word(String word, List<TextPosition> positions, Predicate<TextPosition> isBold,
      ToIntFunction<TextPosition> level) {
    var printed = positions.stream().filter(position -> !Spaces.without(position.getUnicode()).isEmpty()).toList();
    for (TextPosition position : printed) {
      bottom = position.getYDirAdj();
      bold &= isBold.test(position);
      tagged = Math.min(tagged, level.applyAsInt(position));
      size(Math.round(position.getYScale() * 2));
    }
    String visible = Spaces.without(word);
    String letters = Spaces.without(printed.stream().map(TextPosition::getUnicode).collect(Collectors.joining()));
    if (letters.equals(visible)) {
      printed.forEach(position -> add(Spaces.without(position.getUnicode()), position.getXDirAdj(),
          position.getXDirAdj() + position.getWidthDirAdj()));
    } else if (!printed.isEmpty()) {
      // ligatures were taken apart or the direction was turned: the word stays whole
      add(visible, (float) printed.stream().mapToDouble(TextPosition::getXDirAdj).min().orElseThrow(), (float) printed
          .stream().mapToDouble(position -> position.getXDirAdj() + position.getWidthDirAdj()).max().orElseThrow());
    }
  }

  /** The size that most letters have: a running majority needs no table. */
  private void size(int letter) {
    if (ofThatSize == 0) {
      size = letter;
    }
    ofThatSize += letter == size ? 1 : -1;
  }

  private void add(String text, float left, float right) {
    boolean sameWord = !words.isEmpty() && gap(words.getLast(), left) < WORD_GAP;
    var next = new Cell(text.length(), left, right);
    words.add(sameWord ? joined(words.removeLast(), next) : next);
    key.append(text);
  }

  private float gap(Cell before, float left) {
    return (left - before.right()) * 2 / Math.max(1, size);
  }

  private static Cell joined(Cell first, Cell second) {
    return new Cell(first.length() + second.length(), Math.min(first.left(), second.left()),
        Math.max(first.right(), second.right()));
  }

  Optional<PdfLine> build() {
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(new PdfLine(key.toString(), cells(), new Style(size, bold), bottom, tagged));
  }

  private List<Cell> cells() {
    float enough = cellGap();
    var cells = new ArrayList<Cell>();
    int end = 0;
    boolean afterSign = false;
    for (Cell word : words) {
      String text = key.substring(end, end + word.length());
      end += word.length();
      boolean sign = "$€£¥￥".contains(text);
      boolean closing = text.equals(")") || text.equals("%");
      // a currency sign belongs to the number behind it, however wide the gap
      boolean sameCell = !cells.isEmpty() && !sign
          && (afterSign || closing || gap(cells.getLast(), word.left()) < enough);
      cells.add(sameCell ? joined(cells.removeLast(), word) : word);
      afterSign = sign;
    }
    return cells;
  }

  private float cellGap() {
    var gaps = new ArrayList<Float>();
    for (int i = 1; i < words.size(); i++) {
      gaps.add(gap(words.get(i - 1), words.get(i).left()));
    }
    if (gaps.size() < 2) {
      return CELL_GAP;
    }
    gaps.sort(null);
    float usual = gaps.get(gaps.size() / 2);
    return Math.max(CELL_GAP, Math.min(WIDER_THAN_USUAL * usual, SURELY_A_CELL_GAP));
  }
}
