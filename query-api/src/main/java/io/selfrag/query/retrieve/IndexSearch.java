package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;

/** What retrieval asks of the index: {@link io.selfrag.vectorstore.VectorStore#search} and nothing else. Blocking. */
@FunctionalInterface
public interface IndexSearch {
  /** Both legs of a search; a missing collection has no hits. */
  SearchResult search(CollectionSpec collection, SearchRequest request);
}
