package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.AclTerms;
import io.selfrag.vectorstore.IndexTerms;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VersionKey;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/** The port's filters, selections and words as Lucene queries. */
final class PointQueries {
  private PointQueries() {}

  static Query filter(PointFilter filter) {
    var all = new BooleanQuery.Builder();
    all.add(term(PointDocuments.TENANT, filter.tenantId()), Occur.FILTER);
    all.add(anyOf(PointDocuments.SCOPE, scopes(filter)), Occur.FILTER);
    if (!filter.documentIds().isEmpty()) {
      all.add(anyOf(PointDocuments.DOCUMENT, filter.documentIds().stream().map(PointDocuments::bytes).toList()),
          Occur.FILTER);
    }
    filter.metadata().forEach(condition -> add(all, condition));
    PointFilter.Viewer viewer = filter.viewer();
    if (viewer != null) {
      all.add(anyTerm(PointDocuments.SENSITIVITY, AclTerms.sensitivities(viewer)), Occur.FILTER);
      all.add(anyTerm(PointDocuments.ACL, AclTerms.ofViewer(viewer)), Occur.FILTER);
    }
    return all.build();
  }

  static Query selection(PointSelection selection) {
    var all = new BooleanQuery.Builder();
    all.add(term(PointDocuments.TENANT, selection.tenantId()), Occur.FILTER);
    switch (selection) {
      case PointSelection.OfTenant tenant -> {
        // The tenant clause above says it all.
      }
      case PointSelection.OfKnowledgeBase of ->
        all.add(term(PointDocuments.KNOWLEDGE_BASE, of.knowledgeBaseId()), Occur.FILTER);
      case PointSelection.OfGeneration of -> all.add(scope(of.knowledgeBaseId(), of.generation()), Occur.FILTER);
      case PointSelection.OfDocument of -> {
        all.add(term(PointDocuments.KNOWLEDGE_BASE, of.knowledgeBaseId()), Occur.FILTER);
        all.add(term(PointDocuments.DOCUMENT, of.documentId()), Occur.FILTER);
      }
      case PointSelection.OfPoints of ->
        all.add(anyOf(PointDocuments.ID, of.chunkIds().stream().map(PointDocuments::bytes).toList()), Occur.FILTER);
      case PointSelection.OfOlderVersions of -> {
        addGenerationOfDocument(all, of.below());
        all.add(olderThan(of.below()), Occur.FILTER);
      }
      case PointSelection.OfVersion of -> {
        VersionKey version = of.version();
        addGenerationOfDocument(all, version);
        all.add(BinaryPoint.newExactQuery(PointDocuments.VERSION,
            PointDocuments.version(version.revision(), version.attempt())), Occur.FILTER);
      }
    }
    return all.build();
  }

  static Query document(UUID tenantId, UUID documentId) {
    return new BooleanQuery.Builder().add(term(PointDocuments.TENANT, tenantId), Occur.FILTER)
        .add(term(PointDocuments.DOCUMENT, documentId), Occur.FILTER).build();
  }

  /** The filter's scopes as terms, each once. */
  static List<BytesRef> scopes(PointFilter filter) {
    return filter.scopes().stream().distinct()
        .map(scope -> PointDocuments.scope(scope.knowledgeBaseId(), scope.generation())).toList();
  }

  /** BM25 over the question's terms, among the points of the filter only. */
  static Query words(ScopedSearcher searcher, WordQuery words, Query filter) throws IOException {
    return new BooleanQuery.Builder().add(TermImpacts.query(searcher, words), Occur.MUST).add(filter, Occur.FILTER)
        .build();
  }

  private static void add(BooleanQuery.Builder all, MetadataCondition condition) {
    Query present = new TermQuery(new Term(PointDocuments.METADATA, IndexTerms.existence(condition.field())));
    switch (condition) {
      case MetadataCondition.In in -> all.add(anyTerm(PointDocuments.METADATA,
          in.values().stream().map(value -> IndexTerms.equality(in.field(), value)).toList()), Occur.FILTER);
      case MetadataCondition.Range range -> {
        all.add(present, Occur.FILTER);
        all.add(withinRange(range), Occur.FILTER);
      }
      case MetadataCondition.Exists exists -> all.add(present, exists.exists() ? Occur.FILTER : Occur.MUST_NOT);
    }
  }

  private static Query withinRange(MetadataCondition.Range range) {
    long field = PointDocuments.fieldHash(range.field());
    Double atLeast = range.atLeast();
    Double atMost = range.atMost();
    // Adding zero turns −0.0 into 0.0, as the indexed numbers are.
    long low = NumericUtils.doubleToSortableLong(atLeast == null ? Double.NEGATIVE_INFINITY : atLeast + 0.0);
    long high = NumericUtils.doubleToSortableLong(atMost == null ? Double.POSITIVE_INFINITY : atMost + 0.0);
    if (low > high) {
      return new MatchNoDocsQuery("an empty range");
    }
    return LongPoint.newRangeQuery(PointDocuments.NUMBERS, new long[]{field, low}, new long[]{field, high});
  }

  private static Query olderThan(VersionKey below) {
    byte[] oldest = PointDocuments.version(Long.MIN_VALUE, Integer.MIN_VALUE);
    byte[] highest = below.attempt() == Integer.MIN_VALUE
        ? PointDocuments.version(below.revision() - 1, Integer.MAX_VALUE)
        : PointDocuments.version(below.revision(), below.attempt() - 1);
    return BinaryPoint.newRangeQuery(PointDocuments.VERSION, oldest, highest);
  }

  private static void addGenerationOfDocument(BooleanQuery.Builder all, VersionKey version) {
    all.add(term(PointDocuments.DOCUMENT, version.documentId()), Occur.FILTER);
    all.add(scope(version.knowledgeBaseId(), version.generation()), Occur.FILTER);
  }

  private static Query term(String field, UUID id) {
    return new TermQuery(new Term(field, PointDocuments.bytes(id)));
  }

  private static Query scope(UUID knowledgeBaseId, int generation) {
    return new TermQuery(new Term(PointDocuments.SCOPE, PointDocuments.scope(knowledgeBaseId, generation)));
  }

  private static Query anyTerm(String field, List<String> terms) {
    return anyOf(field, terms.stream().map(BytesRef::new).toList());
  }

  private static Query anyOf(String field, Collection<BytesRef> terms) {
    return new TermInSetQuery(field, terms);
  }
}
