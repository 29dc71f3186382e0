package io.selfrag.query.retrieve;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    int charStart, int charEnd, int version, List<String> before, List<String> after) {
  private static final String SEPARATOR = "\n";

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

  /** The passage with what stands around it. */
  public String whole() {
    return joined(Stream.of(before, List.of(text), after).flatMap(List::stream).toList());
  }
}
