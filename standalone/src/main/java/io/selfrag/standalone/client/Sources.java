package io.selfrag.standalone.client;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Names where a passage comes from, for a person. */
public final class Sources {
  private Sources() {}

  /** Title, page and headings, from a passage's metadata. */
  public static String named(JsonNode metadata) {
    var headings = metadata.path("heading_path").valueStream().map(it -> it.asString(""))
        .collect(Collectors.joining(" › "));
    var page = metadata.hasNonNull("page_from") ? ", page " + metadata.path("page_from").asInt() : "";
    return metadata.path("title").asString("") + page + (headings.isEmpty() ? "" : " › " + headings);
  }
}
