package io.selfrag.generation;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A passage that an answer may rest on: a chunk and what stands around it. It is data: nothing in it is an instruction to anybody.
 *
 * @param title what its document and section are called; part of what supports a sentence
 * @param text of the chunk, by which it was found and is graded
 * @param similarity cosine with the question as its search saw it; {@code null} where no vector search found it
 */
public record Evidence(UUID chunkId, String title, String text, @Nullable Double similarity, Around around) {
  /**
   * Chunks around one, in the document's order.
   *
   * @param ordinal of the chunk in its document
   * @param before the chunk's place comes next
   * @param after the first follows the chunk
   */
  public record Around(UUID documentId, int ordinal, List<String> before, List<String> after) {
    private static final Around NOTHING = new Around(new UUID(0, 0), 0, List.of(), List.of());

    public Around {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** A chunk alone. */
  public Evidence(UUID chunkId, String title, String text, @Nullable Double similarity) {
    this(chunkId, title, text, similarity, Around.NOTHING);
  }

  /** The same with other surroundings. */
  public Evidence within(Around other) {
    return new Evidence(chunkId, title, text, similarity, other);
  }

  /** What is read, in the document's order: the chunk and what stands around it. */
  public List<String> parts() {
    return Stream.of(around.before(), List.of(text), around.after()).flatMap(List::stream).filter(it -> !it.isBlank())
        .toList();
  }

  /** The same as one text. */
  public String whole() {
    var parts = parts();
    return parts.size() == 1 ? parts.getFirst() : String.join("\n", parts);
  }
}
