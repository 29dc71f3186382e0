package io.selfrag.chunker.kafka;

import io.selfrag.chunker.order.KnowledgeBaseOrder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueStore;

/** The knowledge bases of one partition: the store first, the catalog on a miss (S9). */
final class KnowledgeBases {
  private final KeyValueStore<byte[], KnowledgeBaseState> store;
  private final KnowledgeBaseLookup lookup;
  private final Set<UUID> withListings = new LinkedHashSet<>();

  KnowledgeBases(KeyValueStore<byte[], KnowledgeBaseState> store, KnowledgeBaseLookup lookup) {
    this.store = store;
    this.lookup = lookup;
    try (var all = store.all()) {
      all.forEachRemaining(it -> noteListings(it.value));
    }
  }

  /**
   * The tenant's knowledge base, perhaps one that is deleted.
   *
   * @throws SelfRagException {@code KB_NOT_FOUND}, also if it is another tenant's; {@code STORE_UNAVAILABLE} (transient)
   */
  KnowledgeBaseState get(UUID tenantId, UUID knowledgeBaseId) {
    KnowledgeBaseState known = store.get(key(knowledgeBaseId));
    if (known == null) {
      known = lookup.find(tenantId, knowledgeBaseId).orElseThrow(() -> notFound(tenantId, knowledgeBaseId));
      put(known);
    }
    if (!known.getTenantId().equals(tenantId)) {
      throw notFound(tenantId, knowledgeBaseId);
    }
    return known;
  }

  /** Like {@link #get}, but asks nobody about one that is said to be deleted. */
  KnowledgeBaseState delete(UUID tenantId, UUID knowledgeBaseId) {
    KnowledgeBaseState known = store.get(key(knowledgeBaseId));
    if (known != null && !known.getTenantId().equals(tenantId)) {
      throw notFound(tenantId, knowledgeBaseId);
    }
    return KnowledgeBaseOrder.deleted(tenantId, knowledgeBaseId);
  }

  void put(KnowledgeBaseState state) {
    store.put(key(state.getKnowledgeBaseId()), state);
    noteListings(state);
  }

  /** Those whose documents are being walked over. */
  Set<UUID> withListings() {
    return Set.copyOf(withListings);
  }

  /** One of {@link #withListings}. */
  KnowledgeBaseState listed(UUID knowledgeBaseId) {
    return store.get(key(knowledgeBaseId));
  }

  private void noteListings(KnowledgeBaseState state) {
    if (state.getListings().isEmpty()) {
      withListings.remove(state.getKnowledgeBaseId());
    } else {
      withListings.add(state.getKnowledgeBaseId());
    }
  }

  private static SelfRagException notFound(UUID tenantId, UUID knowledgeBaseId) {
    return new SelfRagException(ErrorCode.KB_NOT_FOUND,
        "tenant " + tenantId + " has no knowledge base " + knowledgeBaseId);
  }

  private static byte[] key(UUID id) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}
