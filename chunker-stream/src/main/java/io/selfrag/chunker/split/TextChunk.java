package io.selfrag.chunker.split;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of a document that is embedded and found as one.
 *
 * @param text exactly the document's text from {@code charStart} to {@code charEnd}; no white space at either end
 * @param charStart UTF-16 offset in the document's text, inclusive
 * @param charEnd exclusive
 * @param pageFrom first page, from 1; null if the format has no pages
 * @param pageTo last page; null together with {@code pageFrom}
 * @param headingPath headings above the chunk, outermost first, without those that it starts with
 * @param tokens tokens of {@code text} in the model's count
 * @param context what belongs in front of the text for embedding: the heading path and, for rows of a table, what says
 *     what its columns are; empty if there is neither
 * @param parentText the larger passage that is shown in its place; null where chunks stand for themselves
 */
public record TextChunk(String text, int charStart, int charEnd, @Nullable Integer pageFrom, @Nullable Integer pageTo,
    List<String> headingPath, int tokens, String context, @Nullable String parentText) {
  public TextChunk {
    headingPath = List.copyOf(headingPath);
  }

  TextChunk withParent(String parent) {
    return new TextChunk(text, charStart, charEnd, pageFrom, pageTo, headingPath, tokens, context, parent);
  }
}
