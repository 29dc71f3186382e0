package io.selfrag.chunker.split;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.split.ChunkerDescription.Parameter;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Every chunker by name. Sizes are tokens of the model that embeds. */
public final class Chunkers {
  /** The longest text that the bge models read whole. */
  public static final int DEFAULT_MAX_TOKENS = 510;
  /** Room in front of every chunk for title and context. */
  public static final int CONTEXT_TOKENS = 110;
  public static final String DEFAULT_NAME = "recursive";

  private static final Parameter OVERLAP = new Parameter("overlap",
      "tokens repeated from the chunk before; less than half of size",
      0, 0, 2048);
  private static final List<ChunkerDescription> CATALOGUE = List.of(
      new ChunkerDescription(DEFAULT_NAME,
          "Cuts at the best structure near the size: headings, then blocks, then sentences; small sections stay together.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("simple", "Fills each chunk with as many whole paragraphs as fit.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("sliding_window", "Overlapping windows of one size, each a step behind the one before.",
          List.of(size(256),
              new Parameter("step", "tokens from one window's start to the next; at most size", 128, 8, 8192))),
      new ChunkerDescription("markdown", "Never crosses a heading; keeps tables and code whole where they fit.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("code", "Cuts source code between declarations, by empty lines and indentation.",
          List.of(size(300), OVERLAP)),
      new ChunkerDescription("sentence", "Whole sentences only, up to the size.",
          List.of(size(200),
              new Parameter("overlap_sentences", "sentences repeated from the chunk before, within a quarter of size",
                  0, 0, 5))),
      new ChunkerDescription("token", "Exactly so many tokens, wherever that cuts.", List.of(size(256), OVERLAP)),
      new ChunkerDescription("parent_child", "Small chunks to find, each shown as the larger passage around it.",
          List.of(new Parameter("parent_size", "tokens of the passage shown", 1200, 64, 8192),
              new Parameter("child_size", "tokens of a chunk; at most parent_size", 200, 16, 8192))));

  private Chunkers() {}

  private static Parameter size(int standard) {
    return new Parameter("size", "tokens of a chunk, at most what the model reads less the room for its context",
        standard, 16,
        8192);
  }

  /** All chunkers with their parameters, the default first. */
  public static List<ChunkerDescription> catalogue() {
    return CATALOGUE;
  }

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
    ChunkerDescription chunker = CATALOGUE.stream().filter(known -> known.name().equals(name)).findFirst()
        .orElseThrow(
            () -> new SelfRagException(ErrorCode.INVALID_CHUNKER, "There is no chunker \"" + name + "\"; there are "
                + CATALOGUE.stream().map(ChunkerDescription::name).collect(Collectors.joining(", ")) + "."));
    var given = new ChunkerParameters(chunker, parameters);
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
    if (child > parent) {
      throw given.invalid("needs a \"child_size\" that is not above \"parent_size\"");
    }
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
    if (step > given.get("size")) {
      throw given.invalid("needs a \"step\" that is not above \"size\"");
    }
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
