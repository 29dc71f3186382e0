package io.selfrag.chunker.kafka;

import io.selfrag.chunker.order.DocumentKey;
import io.selfrag.chunker.order.KnowledgeBaseOrder;
import io.selfrag.chunker.order.Output;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.schemas.avro.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the documents of knowledge bases, a slice at a time so that commands are not kept waiting (S9). Where it
 * stands is kept in the store, so a restart goes on from there.
 */
final class ListingWalk {
  static final int SLICE = 200;

  private final KeyValueStore<byte[], DocumentState> documents;
  private final KnowledgeBases knowledgeBases;

  ListingWalk(KeyValueStore<byte[], DocumentState> documents, KnowledgeBases knowledgeBases) {
    this.documents = documents;
    this.knowledgeBases = knowledgeBases;
  }

  /** Does one slice of every walk under way. */
  List<Output> step() {
    var outputs = new ArrayList<Output>();
    for (UUID id : knowledgeBases.withListings()) {
      var knowledgeBase = knowledgeBases.listed(id);
      Listing listing = knowledgeBase.getListings().getFirst();
      List<KeyValue<byte[], DocumentState>> slice = slice(knowledgeBase, listing.getAfter());
      for (var entry : slice) {
        if (listing.getGeneration() == null) {
          documents.delete(entry.key);
        } else {
          KnowledgeBaseOrder
              .reprocess(knowledgeBase, DocumentKey.documentIdOf(entry.key), entry.value, listing.getGeneration())
              .ifPresent(outputs::add);
        }
      }
      var last = slice.size() < SLICE
          ? Optional.<UUID>empty()
          : Optional.of(DocumentKey.documentIdOf(slice.getLast().key));
      knowledgeBases.put(KnowledgeBaseOrder.advanced(knowledgeBase, last));
    }
    return outputs;
  }

  private List<KeyValue<byte[], DocumentState>> slice(KnowledgeBaseState knowledgeBase, @Nullable UUID after) {
    UUID tenant = knowledgeBase.getTenantId();
    UUID id = knowledgeBase.getKnowledgeBaseId();
    byte[] from = after == null
        ? DocumentKey.first(tenant, id)
        : new DocumentKey(tenant, id, after).toBytes();
    var slice = new ArrayList<KeyValue<byte[], DocumentState>>();
    try (var entries = documents.range(from, DocumentKey.last(tenant, id))) {
      while (entries.hasNext() && slice.size() < SLICE) {
        var entry = entries.next();
        if (after == null || !DocumentKey.documentIdOf(entry.key).equals(after)) {
          slice.add(entry);
        }
      }
    }
    return slice;
  }
}
