package io.selfrag.query.cache;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.PointFilter.Viewer;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The key of one search: everything that its hits depend on. The tenant, the collection (which a migration changes), each knowledge base
 * with its generation and its revision, the legs with their texts, vectors and limits, the filter, and whose rights apply. The text
 * itself never reaches the cache.
 */
final class HitKey {
  /** Raise it when searches of the same request give other hits than before. */
  private static final String PREFIX = "selfrag:hits:2:";
  private static final JsonMapper JSON = JsonMapper.shared();

  private HitKey() {}

  /** As JSON, which keeps neighbouring texts apart whatever stands in them. */
  private record Shape(String collection, List<Scope> scopes, List<Long> revisions, List<UUID> documents,
      List<Map<String, MetadataCondition>> conditions, @Nullable Viewer viewer, @Nullable WordQuery words, int limit,
      boolean hasVector) {}

  /** @param revisions of all knowledge bases of the search, read before it */
  static String of(CollectionSpec collection, SearchRequest request, Map<UUID, Long> revisions) {
    var filter = request.filter();
    float[] vector = request.vector();
    var shape = new Shape(collection.name(), filter.scopes(),
        filter.scopes().stream().map(it -> revisions.get(it.knowledgeBaseId())).toList(), filter.documentIds(),
        filter.metadata().stream().map(it -> Map.of(it.getClass().getSimpleName(), it)).toList(), filter.viewer(),
        request.words(), request.limit(), vector != null);
    var digest = sha256();
    digest.update(JSON.writeValueAsBytes(shape));
    if (vector != null) {
      var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
      bytes.asFloatBuffer().put(vector);
      digest.update(bytes);
    }
    return PREFIX + filter.tenantId() + ":" + HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
