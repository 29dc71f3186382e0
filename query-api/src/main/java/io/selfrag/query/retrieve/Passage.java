package io.selfrag.query.retrieve;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that exists, is live and may be read by the caller, with its neighbours.
 *
 * @param metadata the document's metadata; system fields are added by the API and win
 * @param before the chunks before it within the context window, in the document's order, without what overlaps; empty at its start
 * @param after the chunks behind it, likewise
 */
public record Passage(UUID chunkId, UUID knowledgeBaseId, UUID documentId, int ordinal, String text, String title,
    Map<String, Object> metadata, @Nullable Integer pageFrom, @Nullable Integer pageTo, List<String> headingPath,
    int charStart, int charEnd, int version, List<Beside> before, List<Beside> after) {
  private static final String SEPARATOR = "\n";

  /**
   * A chunk that stands around a passage.
   *
   * @param text of it, without what the chunk before it or the passage has already
   */
  public record Beside(UUID chunkId, String text, @Nullable Integer pageFrom, @Nullable Integer pageTo) {}

  public Passage {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Parts as one text. */
  public static String joined(List<String> parts) {
    return parts.stream().filter(it -> !it.isBlank()).collect(Collectors.joining(SEPARATOR));
  }

  /** The same with at most so many neighbours on either side. */
  Passage within(int neighbours) {
    return before.size() <= neighbours && after.size() <= neighbours
        ? this
        : new Passage(chunkId, knowledgeBaseId, documentId, ordinal, text, title, metadata, pageFrom, pageTo,
            headingPath, charStart, charEnd, version,
            before.subList(Math.max(0, before.size() - neighbours), before.size()),
            after.subList(0, Math.min(neighbours, after.size())));
  }

  /** What stands before the passage, as one text. */
  public String textBefore() {
    return joined(texts(before));
  }

  /** What stands behind the passage, as one text. */
  public String textAfter() {
    return joined(texts(after));
  }

  /** The passage with what stands around it. */
  public String whole() {
    return joined(List.of(textBefore(), text, textAfter()));
  }

  private static List<String> texts(List<Beside> chunks) {
    return chunks.stream().map(Beside::text).toList();
  }
}
