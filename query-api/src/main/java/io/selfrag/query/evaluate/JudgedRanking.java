package io.selfrag.query.evaluate;

import io.selfrag.schemas.Ids;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names what was found as the judgements name it. Of a document only its first chunk counts; where chunks are judged, each chunk
 * counts by itself.
 */
final class JudgedRanking {
  private final Map<UUID, String> chunks = new HashMap<>();
  private final Map<UUID, String> documents = new HashMap<>();

  /** One hit. */
  record Found(UUID chunkId, UUID documentId) {}

  JudgedRanking(UUID knowledgeBaseId, Iterable<String> judged) {
    for (String key : judged) {
      documents.put(Ids.documentId(knowledgeBaseId, key), key);
    }
    // A document's own id wins over an external id that happens to look like one.
    for (String key : judged) {
      var id = uuid(key);
      if (id != null) {
        documents.put(id, key);
        chunks.put(id, key);
      }
    }
  }

  /** @param found best first */
  List<String> name(List<Found> found) {
    boolean byChunk = found.stream().anyMatch(it -> chunks.containsKey(it.chunkId()));
    var ranked = new LinkedHashSet<String>();
    for (Found hit : found) {
      var judged = chunks.getOrDefault(hit.chunkId(), documents.get(hit.documentId()));
      ranked.add(judged != null ? judged : "other " + (byChunk ? hit.chunkId() : hit.documentId()));
    }
    return List.copyOf(ranked);
  }

  private static @Nullable UUID uuid(String text) {
    try {
      return text.length() == 36 ? UUID.fromString(text) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
