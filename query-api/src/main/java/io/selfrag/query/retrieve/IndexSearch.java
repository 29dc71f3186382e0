package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import java.util.Collection;
import java.util.UUID;

/** What retrieval asks of the index: {@link io.selfrag.vectorstore.VectorStore#search} and nothing else. Blocking. */
@FunctionalInterface
public interface IndexSearch {
  /** Both legs of a search; a missing collection has no hits. */
  SearchResult search(CollectionSpec collection, SearchRequest request);

  /** The same index for the searches of one request, which need not look up several times what they all need. */
  default IndexSearch during(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return this;
  }
}
