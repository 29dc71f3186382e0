package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/**
 * Scores words by how rare they are, and texts by how long they are, among those of some scopes alone. For one search; the
 * scopes are distinct.
 */
final class ScopedSearcher extends IndexSearcher {
  private final List<List<ScopeCounts.Texts>> textsOfLeaves;
  private final TermsEnum[] words;
  private final long texts;
  private final long length;

  private ScopedSearcher(IndexSearcher searcher, List<List<ScopeCounts.Texts>> textsOfLeaves) throws IOException {
    super(searcher.getTopReaderContext());
    setSimilarity(searcher.getSimilarity());
    this.textsOfLeaves = textsOfLeaves;
    words = new TermsEnum[textsOfLeaves.size()];
    for (LeafReaderContext leaf : getLeafContexts()) {
      var terms = leaf.reader().terms(PointDocuments.TEXT);
      words[leaf.ord] = terms == null ? TermsEnum.EMPTY : terms.iterator();
    }
    texts = textsOfLeaves.stream().flatMap(List::stream).mapToLong(ScopeCounts.Texts::count).sum();
    length = textsOfLeaves.stream().flatMap(List::stream).mapToLong(ScopeCounts.Texts::words).sum();
  }

  static ScopedSearcher of(IndexSearcher searcher, ScopeCounts counts, List<BytesRef> scopes) throws IOException {
    var textsOfLeaves = new ArrayList<List<ScopeCounts.Texts>>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      var texts = new ArrayList<ScopeCounts.Texts>();
      for (BytesRef scope : scopes) {
        texts.add(counts.texts(leaf.reader(), scope));
      }
      textsOfLeaves.add(texts);
    }
    return new ScopedSearcher(searcher, textsOfLeaves);
  }

  /** Texts of the scopes. */
  long texts() {
    return texts;
  }

  /** Where a word is, and in how many texts of the scopes. */
  TermStates states(String word) throws IOException {
    var states = new TermStates(getTopReaderContext());
    var bytes = new BytesRef(word);
    for (LeafReaderContext leaf : getLeafContexts()) {
      var at = words[leaf.ord];
      if (at.seekExact(bytes)) {
        int frequency = 0;
        for (ScopeCounts.Texts scope : textsOfLeaves.get(leaf.ord)) {
          frequency += ScopeCounts.frequency(scope, word, at);
        }
        // BM25 does not ask how often in all.
        states.register(at.termState(), leaf.ord, frequency, frequency);
      }
    }
    return states;
  }

  @Override
  public CollectionStatistics collectionStatistics(String field) throws IOException {
    return field.equals(PointDocuments.TEXT) && texts > 0
        ? new CollectionStatistics(field, getIndexReader().maxDoc(), texts, Math.max(length, texts), texts)
        : super.collectionStatistics(field);
  }
}
