package io.selfrag.query.cache;

import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.SearchResult.Hit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Hits as bytes: how many the dense leg has, then 52 bytes for each hit of both legs. */
final class HitBytes {
  private static final int HIT = 3 * 16 + Float.BYTES;

  private HitBytes() {}

  static byte[] of(SearchResult result) {
    var bytes = ByteBuffer.allocate(Integer.BYTES + HIT * (result.dense().size() + result.bm25().size()));
    bytes.putInt(result.dense().size());
    for (var leg : List.of(result.dense(), result.bm25())) {
      for (Hit hit : leg) {
        put(bytes, hit.chunkId());
        put(bytes, hit.documentId());
        put(bytes, hit.knowledgeBaseId());
        bytes.putFloat(hit.score());
      }
    }
    return bytes.array();
  }

  /** Empty if these are not hits. */
  static Optional<SearchResult> read(byte[] value) {
    if (value.length < Integer.BYTES || (value.length - Integer.BYTES) % HIT != 0) {
      return Optional.empty();
    }
    var bytes = ByteBuffer.wrap(value);
    int all = (value.length - Integer.BYTES) / HIT;
    int dense = bytes.getInt();
    if (dense < 0 || dense > all) {
      return Optional.empty();
    }
    return Optional.of(new SearchResult(hits(bytes, dense), hits(bytes, all - dense)));
  }

  private static List<Hit> hits(ByteBuffer bytes, int count) {
    var hits = new ArrayList<Hit>(count);
    for (int i = 0; i < count; i++) {
      hits.add(new Hit(uuid(bytes), uuid(bytes), uuid(bytes), bytes.getFloat()));
    }
    return hits;
  }

  private static void put(ByteBuffer bytes, UUID id) {
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID uuid(ByteBuffer bytes) {
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
