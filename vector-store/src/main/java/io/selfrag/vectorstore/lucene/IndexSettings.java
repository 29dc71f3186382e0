package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.analysis.TextAnalysis;
import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.similarities.Similarity;
import org.jspecify.annotations.Nullable;

/** How indexes are written and searched; sized for a machine of two cores that runs everything else as well. */
final class IndexSettings {
  /** Of each collection while it is being written; the four or fewer writing threads of a sink stay below 64 MB in all. */
  private static final double BUFFER_MB = 16;
  private static final int GRAPH_NEIGHBOURS = 16;
  private static final int GRAPH_BEAM = 100;
  /** The largest that common embedding models have is 4,096; Lucene's own limit of 1,024 is a default, not a bound. */
  private static final int MAX_DIMENSION = 4096;
  /**
   * A segment for which an exact scan is about as fast as a graph search for this many hits gets no graph: some 4,500 vectors.
   * Small segments live for seconds, and building their graphs would triple the cost of small commits.
   */
  private static final int EXACT_SCAN_HITS = 500;

  /**
   * Segments below this count as equal when merges are chosen. Lucene's 16 merges what many small commits leave over and over:
   * with 1, writing 20,000 points 200 at a time cost 23 s of CPU instead of 30.
   */
  private static final double SMALL_SEGMENT_MB = 1;

  static final Similarity SIMILARITY = new ScriptSimilarity();

  private IndexSettings() {}

  static IndexWriterConfig writer() {
    var merges = new ConcurrentMergeScheduler();
    merges.setMaxMergesAndThreads(4, 1);
    var policy = new TieredMergePolicy();
    policy.setFloorSegmentMB(SMALL_SEGMENT_MB);
    // Every acknowledged write is committed, so closing has nothing to save, and a commit never waits for merges.
    return new IndexWriterConfig(TextAnalysis.analyzer()).setSimilarity(SIMILARITY).setCodec(codec())
        .setRAMBufferSizeMB(BUFFER_MB).setMergeScheduler(merges).setMergePolicy(policy).setCommitOnClose(false)
        .setMaxFullFlushMergeWaitMillis(0);
  }

  /** Makes {@link PointSearcher}s of one index. */
  static SearcherFactory searchers() {
    var counts = new ScopeCounts();
    return new SearcherFactory() {
      @Override
      public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
        return new PointSearcher(reader, counts);
      }
    };
  }

  private static Codec codec() {
    KnnVectorsFormat vectors = new AnyDimension(
        new Lucene99HnswVectorsFormat(GRAPH_NEIGHBOURS, GRAPH_BEAM, 1, null, EXACT_SCAN_HITS));
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
      }
    };
  }

  /** Lucene's own format under its own name, so that any Lucene can read the index; only the limit differs. */
  private static final class AnyDimension extends KnnVectorsFormat {
    private final KnnVectorsFormat format;

    AnyDimension(KnnVectorsFormat format) {
      super(format.getName());
      this.format = format;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return format.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return format.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return MAX_DIMENSION;
    }
  }
}
