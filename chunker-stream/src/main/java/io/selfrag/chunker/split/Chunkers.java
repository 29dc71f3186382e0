package io.selfrag.chunker.split;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.selfrag.embedding.TokenCounter;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.chunkers.ChunkerCatalogue;
import io.selfrag.schemas.chunkers.ChunkerParameters;

/** Every chunker by name. Sizes are tokens of the model that embeds. */
public final class Chunkers {
  /** The longest text that the bge models read whole. */
  public static final int DEFAULT_MAX_TOKENS = 510;
  /** Room in front of every chunk for title and context. */
  public static final int CONTEXT_TOKENS = 110;

  private Chunkers() {}

  /** As {@link #of(String, Map, TokenCounter, int)} for a model that reads {@value #DEFAULT_MAX_TOKENS} tokens. */
  public static Chunker of(String name, Map<String, ? extends @Nullable Object> parameters, TokenCounter counter) {
    return of(name, parameters, counter, DEFAULT_MAX_TOKENS);
  }

  /**
   * @param parameters by the names of the catalogue; a missing one takes its default
   * @param counter of the model that embeds the chunks
   * @param maxTokens the longest text that the model reads whole
   * @throws SelfRagException {@code INVALID_CHUNKER} for an unknown name or parameter, or a value out of bounds
   */
  public static Chunker of(String name, Map<String, ? extends @Nullable Object> parameters, TokenCounter counter,
      int maxTokens) {
    ChunkerParameters given = ChunkerCatalogue.check(name, parameters);
    if (name.equals("parent_child")) {
      return parentChild(given, counter, maxTokens);
    }
    int size = limit(given.get("size"), maxTokens);
    int overlap = switch (name) {
      case "sliding_window", "sentence" -> 0;
      default -> overlap(given, size);
    };
    int net = size - overlap;
    var chunkSize = new ChunkSize(size, overlap, CONTEXT_TOKENS);
    return switch (name) {
      case "recursive" ->
        new SectionChunker(counter, chunkSize, size / 4, false, overlapping(Packings.window(net), overlap));
      case "simple" -> new SectionChunker(counter, chunkSize, size / 4, false,
          overlapping(Packings.greedy(net, Breaks.BLOCK), overlap));
      case "markdown" -> new SectionChunker(counter, chunkSize, 1, false, overlapping(Packings.window(net), overlap));
      case "code" -> new SectionChunker(counter, chunkSize, size / 4, true, overlapping(Packings.window(net), overlap));
      case "token" ->
        new SectionChunker(counter, chunkSize, size / 4, false, overlapping(Packings.tokens(net), overlap));
      case "sentence" -> sentence(given, counter, chunkSize);
      case "sliding_window" -> sliding(given, counter, chunkSize);
      default -> throw new IllegalStateException("the catalogue names " + name + ", which cannot be built");
    };
  }

  private static Packing overlapping(Packing packing, int overlap) {
    return Packings.overlapping(packing, overlap);
  }

  private static Chunker parentChild(ChunkerParameters given, TokenCounter counter, int maxTokens) {
    int parent = given.get("parent_size");
    int child = given.get("child_size");
    return new ParentChildChunker(counter, new ChunkSize(limit(child, maxTokens), 0, CONTEXT_TOKENS), parent);
  }

  private static Chunker sentence(ChunkerParameters given, TokenCounter counter, ChunkSize size) {
    int repeated = given.get("overlap_sentences");
    int net = repeated == 0 ? size.limit() : size.limit() - size.limit() / 4;
    return new SectionChunker(counter, size, size.limit() / 4, false,
        Packings.overlappingSentences(Packings.greedy(net, Breaks.SENTENCE), repeated, size.limit()));
  }

  private static Chunker sliding(ChunkerParameters given, TokenCounter counter, ChunkSize size) {
    int step = given.get("step");
    return new SectionChunker(counter, size, size.limit() / 4, false,
        Packings.sliding(size.limit(), Math.min(step, size.limit() - size.limit() / 8)));
  }

  private static int overlap(ChunkerParameters given, int size) {
    int overlap = given.get("overlap");
    if (overlap * 2 >= size) {
      throw given.invalid("needs an \"overlap\" below half of its size of " + size);
    }
    return overlap;
  }

  /** Title and context go in front of every chunk, so the model must read more than the chunk. */
  private static int limit(int size, int maxTokens) {
    return Math.max(16, Math.min(size, maxTokens - CONTEXT_TOKENS));
  }
}
