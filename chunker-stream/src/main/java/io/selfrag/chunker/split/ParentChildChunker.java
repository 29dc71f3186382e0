package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.List;

import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.embedding.TokenCounter;

/** Small chunks that are found, each with the larger passage around it that is shown and answered from. */
final class ParentChildChunker implements Chunker {
  private final TokenCounter counter;
  private final ChunkSize child;
  private final int parentLimit;

  ParentChildChunker(TokenCounter counter, ChunkSize child, int parentLimit) {
    this.counter = counter;
    this.child = child;
    this.parentLimit = parentLimit;
  }

  @Override
  public List<TextChunk> split(ParsedDocument document) {
    TokenIndex index = TokenIndex.of(document.text(), counter);
    Breaks breaks = Breaks.of(document, false);
    Outline outline = new Outline(document);
    List<Range> sections = Sections.of(index, breaks, parentLimit, parentLimit / 4);
    var chunks = new ArrayList<TextChunk>();
    for (Range parent : Packings.all(sections, Packings.window(parentLimit), index, breaks)) {
      var children = new ChunkAssembler(outline, breaks, index, child, counter);
      Packings.window(child.limit()).pack(parent, index, breaks).forEach(children::add);
      String text = document.text().substring(parent.start(), parent.end()).strip();
      children.chunks().forEach(chunk -> chunks.add(chunk.withParent(text)));
    }
    return List.copyOf(chunks);
  }
}
