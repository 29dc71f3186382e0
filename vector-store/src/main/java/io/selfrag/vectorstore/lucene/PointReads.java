package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VectorChecks;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;

/** Everything that is read from one state of an index; the same for the writing and for the reading process. */
final class PointReads {
  /** Fewer candidates than these cost recall: at 10 of 100,000 it is .83, at 50 it is .999. */
  private static final int MIN_CANDIDATES = 50;

  private static final Sort BY_ID = new Sort(new SortField(PointDocuments.ID, SortField.Type.STRING));

  private PointReads() {}

  static SearchResult search(PointSearcher searcher, CollectionSpec collection, SearchRequest request)
      throws IOException {
    Query filter = PointQueries.filter(request.filter());
    List<Hit> dense = List.of();
    List<Hit> bm25 = List.of();
    float[] vector = request.vector();
    if (vector != null) {
      VectorChecks.check(collection, vector);
      int candidates = Math.max(MIN_CANDIDATES, request.limit());
      var nearest = new NearestQuery(vector, candidates, filter);
      // Lucene reports (1 + cosine) / 2.
      dense = hits(searcher, searcher.search(nearest, request.limit()).scoreDocs, 2, -1);
    }
    WordQuery words = request.words();
    if (words != null) {
      var scoped = searcher.within(PointQueries.scopes(request.filter()));
      bm25 = hits(searcher, scoped.search(PointQueries.words(scoped, words, filter), request.limit()).scoreDocs, 1, 0);
    }
    return new SearchResult(dense, bm25);
  }

  /** Of points that were deleted, too, until their files are merged away. */
  static Set<UUID> tenants(IndexReader reader) throws IOException {
    var tenants = new HashSet<UUID>();
    for (LeafReaderContext leaf : reader.leaves()) {
      var terms = leaf.reader().terms(PointDocuments.TENANT);
      var each = terms == null ? TermsEnum.EMPTY : terms.iterator();
      for (var term = each.next(); term != null; term = each.next()) {
        tenants.add(PointDocuments.uuid(term, 0));
      }
    }
    return tenants;
  }

  /** A page of points that match, ordered by the bytes of their ids. */
  static List<Point> page(IndexSearcher searcher, Query selection, Optional<UUID> after, int limit)
      throws IOException {
    var query = new BooleanQuery.Builder().add(selection, Occur.FILTER);
    after.ifPresent(id -> query.add(
        SortedDocValuesField.newSlowRangeQuery(PointDocuments.ID, PointDocuments.bytes(id), null, false, false),
        Occur.FILTER));
    List<Point> points = new ArrayList<>();
    for (ScoreDoc match : searcher.search(query.build(), limit, BY_ID).scoreDocs) {
      LeafReaderContext leaf = leaf(searcher, match.doc);
      points.add(PointDocuments.point(leaf, match.doc - leaf.docBase));
    }
    return points;
  }

  private static List<Hit> hits(IndexSearcher searcher, ScoreDoc[] matches, float scale, float offset)
      throws IOException {
    List<Hit> hits = new ArrayList<>(matches.length);
    for (ScoreDoc match : matches) {
      LeafReaderContext leaf = leaf(searcher, match.doc);
      hits.add(PointDocuments.hit(leaf, match.doc - leaf.docBase, match.score * scale + offset));
    }
    return hits;
  }

  private static LeafReaderContext leaf(IndexSearcher searcher, int document) {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    return leaves.get(ReaderUtil.subIndex(document, leaves));
  }
}
