package io.selfrag.chunker.split;

import java.util.List;

import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.embedding.TokenCounter;

/** Cuts a document into sections, each section by one packing. Every flat chunker is this with another packing. */
final class SectionChunker implements Chunker {
  private final TokenCounter counter;
  private final ChunkSize size;
  private final int smallestSection;
  private final boolean code;
  private final Packing packing;

  /**
   * @param smallestSection tokens that a section needs for the next heading to cut
   * @param code whether every block is read as source code
   */
  SectionChunker(TokenCounter counter, ChunkSize size, int smallestSection, boolean code, Packing packing) {
    this.counter = counter;
    this.size = size;
    this.smallestSection = smallestSection;
    this.code = code;
    this.packing = packing;
  }

  @Override
  public List<TextChunk> split(ParsedDocument document) {
    TokenIndex index = TokenIndex.of(document.text(), counter);
    Breaks breaks = Breaks.of(document, code);
    var assembler = new ChunkAssembler(new Outline(document), breaks, index, size, counter);
    List<Range> sections = Sections.of(index, breaks, size.limit(), smallestSection);
    Packings.all(sections, packing, index, breaks).forEach(assembler::add);
    return assembler.chunks();
  }
}
