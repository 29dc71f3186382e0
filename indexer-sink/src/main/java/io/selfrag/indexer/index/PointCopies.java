package io.selfrag.indexer.index;

import io.selfrag.catalog.index.DocumentFence;
import io.selfrag.vectorstore.PointAttributes;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What of a document its points carry (S16). */
public final class PointCopies {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
  };
  private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  /** Chunks of one document may be of several languages; nothing filters by it. */
  private static final String ANY_LANGUAGE = "any";

  private PointCopies() {}

  /** As they are written to all points of the document. */
  public static PointAttributes of(DocumentFence document) {
    return of(document, ANY_LANGUAGE, metadata(document));
  }

  static PointAttributes of(DocumentFence document, String language, Map<String, Object> metadata) {
    return new PointAttributes(document.title(), document.sensitivity(), document.aclUsers(), document.aclRoles(),
        document.aclGroups(),
        language, metadata);
  }

  static Map<String, Object> metadata(DocumentFence document) {
    return JSON.readValue(document.metadata(), OBJECT);
  }
}
