package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/** Searches one state of an index. */
final class PointSearcher extends IndexSearcher {
  private final ScopeCounts counts;

  /** @param counts of this index, whatever its state */
  PointSearcher(IndexReader reader, ScopeCounts counts) {
    super(reader);
    this.counts = counts;
    setSimilarity(IndexSettings.SIMILARITY);
  }

  /** A searcher of the same state to which words are as rare as they are in these scopes. */
  ScopedSearcher within(List<BytesRef> scopes) throws IOException {
    return ScopedSearcher.of(this, counts, scopes);
  }
}
