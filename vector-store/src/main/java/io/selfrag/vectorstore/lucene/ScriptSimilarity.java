package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.analysis.TextAnalysis;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/** BM25 with the constants of the script that a word is written in; lengths are written as {@link BM25Similarity} does. */
final class ScriptSimilarity extends Similarity {
  private final BM25Similarity spaced = new BM25Similarity(TextAnalysis.K1, TextAnalysis.B);
  private final BM25Similarity paired = new BM25Similarity(TextAnalysis.K1_OF_PAIRS, TextAnalysis.B_OF_PAIRS);

  @Override
  public SimScorer scorer(float boost, CollectionStatistics texts, TermStatistics... words) {
    boolean isPaired = words.length > 0 && TextAnalysis.isPaired(words[0].term().utf8ToString());
    return (isPaired ? paired : spaced).scorer(boost, texts, words);
  }
}
