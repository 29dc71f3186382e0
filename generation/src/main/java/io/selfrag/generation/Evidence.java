package io.selfrag.generation;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
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
  /** A chunk as far as it is read: without what the chunk before it has already. */
  public record Part(UUID chunkId, String text) {}

  /**
   * Chunks around one, in the document's order.
   *
   * @param ordinal of the chunk in its document
   * @param before the chunk's place comes next
   * @param after the first follows the chunk
   */
  public record Around(UUID documentId, int ordinal, List<Part> before, List<Part> after) {
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

  /** What is read, in the document's order: the chunk and what stands around it; nothing blank. */
  public List<Part> parts() {
    return Stream.of(around.before(), List.of(new Part(chunkId, text)), around.after()).flatMap(List::stream)
        .filter(it -> !it.text().isBlank()).toList();
  }

  /** The same as one text. */
  public String whole() {
    return parts().stream().map(Part::text).collect(Collectors.joining("\n"));
  }
}
