package io.selfrag.chunker.parse;

import java.util.List;

/**
 * A document's plain text and what is known of its structure.
 *
 * @param text not blank; well-formed UTF-16; the reference of every offset, chunks included
 * @param mediaType what the content was found to be, without parameters
 * @param blocks ascending and disjoint; text between blocks is white space
 */
public record ParsedDocument(String text, String mediaType, List<Block> blocks) {
  public ParsedDocument {
    blocks = List.copyOf(blocks);
    int last = 0;
    for (Block block : blocks) {
      if (block.charStart() < last || block.charEnd() > text.length()) {
        throw new IllegalArgumentException("blocks must be ascending, disjoint and inside the text");
      }
      last = block.charEnd();
    }
  }
}
