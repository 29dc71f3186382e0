package io.selfrag.chunker.parse.tika;

import java.util.ArrayList;
import java.util.List;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.text.TextNormalizer;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Collects blocks of one document and the text that they lie in; an empty line stands between two blocks. */
final class BlockWriter {
  private final StringBuilder text = new StringBuilder();
  private final List<Block> blocks = new ArrayList<>();
  private final int maxCharacters;
  private int page;

  BlockWriter(int maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  /** Opens the next page. */
  void page() {
    page++;
    int at = text.isEmpty() ? 0 : text.length() + 2;
    blocks.add(new Block(Kind.PAGE_BREAK, 0, at, at, page));
  }

  /** Adds a block; text that is blank once normalised adds nothing. */
  void add(Kind kind, int level, String raw) {
    String content = trimLines(TextNormalizer.normalize(raw));
    if (content.isEmpty()) {
      return;
    }
    if (text.length() + content.length() + 2 > maxCharacters) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "The document has more than " + maxCharacters + " characters of text.");
    }
    if (!text.isEmpty()) {
      text.append("\n\n");
    }
    int start = text.length();
    text.append(content);
    blocks.add(new Block(kind, level, start, text.length(), page));
  }

  int pages() {
    return page;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  ParsedDocument document(String mediaType) {
    // pages after the last text would point behind it
    blocks.removeIf(block -> block.charEnd() > text.length());
    return new ParsedDocument(text.toString(), mediaType, blocks);
  }

  /** Drops blank lines at both ends and white space at the end; the first line keeps its indentation. */
  private static String trimLines(String content) {
    String stripped = content.stripTrailing();
    int start = 0;
    for (int i = 0; i < stripped.length() && Character.isWhitespace(stripped.charAt(i)); i++) {
      if (stripped.charAt(i) == '\n') {
        start = i + 1;
      }
    }
    return stripped.substring(start);
  }
}
