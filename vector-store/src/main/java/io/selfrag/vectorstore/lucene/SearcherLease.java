package io.selfrag.vectorstore.lucene;

import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.search.SearcherManager;

/** A searcher that stays valid until it is given back. */
record SearcherLease(SearcherManager owner, PointSearcher searcher) implements Closeable {
  static SearcherLease of(SearcherManager owner) throws IOException {
    return new SearcherLease(owner, (PointSearcher) owner.acquire());
  }

  @Override
  public void close() throws IOException {
    owner.release(searcher);
  }
}
