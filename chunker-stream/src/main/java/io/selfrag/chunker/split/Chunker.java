package io.selfrag.chunker.split;

import java.util.List;

import io.selfrag.chunker.parse.ParsedDocument;

/**
 * Cuts a document into chunks. Pure: the same document gives the same chunks; safe for concurrent callers. Every character
 * that is not white space lies in at least one chunk, no chunk has more tokens than its limit, and an edit changes only
 * chunks near it (S11).
 */
public interface Chunker {

  /** The chunks in order of their start; at least one, since a parsed document is never blank. */
  List<TextChunk> split(ParsedDocument document);
}
