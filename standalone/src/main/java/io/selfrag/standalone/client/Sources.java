package io.selfrag.standalone.client;

import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Names where a passage comes from, for a person. */
public final class Sources {
  private Sources() {}

  /** Title, page and headings, from a passage's metadata. */
  public static String named(JsonNode metadata) {
    return named(metadata, Set.of());
  }

  /** @param pages on which what is meant stands; none: the passage's own first one */
  public static String named(JsonNode metadata, Set<Integer> pages) {
    var headings = metadata.path("heading_path").valueStream().map(it -> it.asString(""))
        .collect(Collectors.joining(" › "));
    var page = pages.isEmpty()
        ? metadata.hasNonNull("page_from") ? ", page " + metadata.path("page_from").asInt() : ""
        : ", page " + pages.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
    return metadata.path("title").asString("") + page + (headings.isEmpty() ? "" : " › " + headings);
  }
}
