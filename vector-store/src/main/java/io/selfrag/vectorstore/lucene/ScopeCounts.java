package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.SmallFloat;
import org.jspecify.annotations.Nullable;

/**
 * What BM25 weighs words by, counted in one generation of one knowledge base: in how many of its texts a word is, and how
 * long they are. Lucene counts both over all that share an index, so that a tenant's scores would tell of its neighbours'
 * texts.
 *
 * <p>Counted once for each segment, which never changes, and kept until it is merged away. Like Lucene's own, counts
 * include what was deleted and is not yet merged away. Safe for concurrent callers.
 */
final class ScopeCounts {
  /**
   * Words that fewer texts have are counted anew each time, which is quick; of the others a knowledge base
   * has fewer than a sixty-fourth of its words, so that what is kept stays small beside the index.
   */
  private static final int WORTH_KEEPING = 64;
  /** To look a text up among those of the scope is so many times as fast as to go to the word's next one beyond it. */
  private static final int LOOK_UPS_OF_A_SKIP = 8;

  private final Map<IndexReader.CacheKey, Segment> segments = new ConcurrentHashMap<>();

  /**
   * Texts of a scope in a segment.
   *
   * @param words length of all together, as the index rounds each
   * @param members where they are; {@code null} where they are all of the segment
   */
  record Texts(int count, long words, @Nullable BitSet members, Map<String, Integer> frequencies) {
    static final Texts NONE = new Texts(0, 0, null, Map.of());
  }

  /** Of a scope in a segment. */
  Texts texts(LeafReader segment, BytesRef scope) throws IOException {
    var core = Objects.requireNonNull(segment.getCoreCacheHelper());
    return segments.computeIfAbsent(core.getKey(), key -> {
      core.addClosedListener(segments::remove);
      return new Segment(new ConcurrentHashMap<>());
    }).texts(segment, scope);
  }

  /** Segments whose counts are kept. */
  int segments() {
    return segments.size();
  }

  /**
   * In how many texts of a scope a word is.
   *
   * @param at the word in the segment
   */
  static int frequency(Texts texts, String word, TermsEnum at) throws IOException {
    var members = texts.members();
    if (members == null) {
      return texts.count() == 0 ? 0 : at.docFreq();
    }
    if (Math.min(texts.count(), at.docFreq()) < WORTH_KEEPING) {
      return counted(members, texts.count(), at);
    }
    Integer known = texts.frequencies().get(word);
    if (known != null) {
      return known;
    }
    int counted = counted(members, texts.count(), at);
    texts.frequencies().put(word, counted);
    return counted;
  }

  private static int counted(BitSet members, int texts, TermsEnum at) throws IOException {
    var postings = at.postings(null, PostingsEnum.NONE);
    int both = 0;
    if (at.docFreq() / LOOK_UPS_OF_A_SKIP <= texts) {
      for (int it = postings.nextDoc(); it != DocIdSetIterator.NO_MORE_DOCS; it = postings.nextDoc()) {
        both += members.get(it) ? 1 : 0;
      }
      return both;
    }
    int member = members.nextSetBit(0);
    while (member != DocIdSetIterator.NO_MORE_DOCS) {
      int it = postings.advance(member);
      if (it == DocIdSetIterator.NO_MORE_DOCS) {
        return both;
      }
      both += members.get(it) ? 1 : 0;
      member = it + 1 < members.length() ? members.nextSetBit(it + 1) : DocIdSetIterator.NO_MORE_DOCS;
    }
    return both;
  }

  private record Segment(Map<BytesRef, Texts> scopes) {
    Texts texts(LeafReader segment, BytesRef scope) throws IOException {
      try {
        return scopes.computeIfAbsent(scope, it -> {
          try {
            return read(segment, it);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private static Texts read(LeafReader segment, BytesRef scope) throws IOException {
      var postings = segment.postings(new Term(PointDocuments.SCOPE, scope), PostingsEnum.NONE);
      var lengths = segment.getNormValues(PointDocuments.TEXT);
      if (postings == null || lengths == null) {
        return Texts.NONE;
      }
      var members = BitSet.of(postings, segment.maxDoc());
      int count = 0;
      long words = 0;
      for (int it = members.nextSetBit(0); it != DocIdSetIterator.NO_MORE_DOCS; it = next(members, it)) {
        if (lengths.advanceExact(it)) {
          count++;
          words += length(lengths);
        }
      }
      boolean isAll = members.cardinality() == segment.maxDoc();
      return new Texts(count, words, isAll ? null : members, new ConcurrentHashMap<>());
    }

    private static int next(BitSet members, int after) {
      return after + 1 < members.length() ? members.nextSetBit(after + 1) : DocIdSetIterator.NO_MORE_DOCS;
    }

    /** As BM25Similarity writes it. */
    private static int length(NumericDocValues lengths) throws IOException {
      return SmallFloat.byte4ToInt((byte) lengths.longValue());
    }
  }
}
