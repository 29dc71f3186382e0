package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request as tests say it: what they do not mention is as a client that leaves it out. */
record Ask(String query, List<UUID> bases, @Nullable Set<UUID> scope, @Nullable Integer topK,
    @Nullable Double threshold,
    List<MetadataCondition> metadata, List<UUID> documents, @Nullable Retriever retriever,
    @Nullable Double lambda,
    @Nullable Viewer viewer, @Nullable UUID explained, Retrieval.Rerank rerank) {
  static final UUID TENANT = new UUID(9, 9);

  static Ask of(UUID... bases) {
    return new Ask("question", List.of(bases), null, null, null, List.of(), List.of(), null, null, null, null,
        Retrieval.Rerank.USUAL);
  }

  Ask query(String it) {
    return new Ask(it, bases, scope, topK, threshold, metadata, documents, retriever, lambda, viewer, explained,
        rerank);
  }

  Ask scope(UUID... it) {
    return new Ask(query, bases, Set.of(it), topK, threshold, metadata, documents, retriever, lambda, viewer,
        explained, rerank);
  }

  Ask topK(int it) {
    return new Ask(query, bases, scope, it, threshold, metadata, documents, retriever, lambda, viewer, explained,
        rerank);
  }

  Ask threshold(double it) {
    return new Ask(query, bases, scope, topK, it, metadata, documents, retriever, lambda, viewer, explained, rerank);
  }

  Ask metadata(MetadataCondition... it) {
    return new Ask(query, bases, scope, topK, threshold, List.of(it), documents, retriever, lambda, viewer, explained,
        rerank);
  }

  Ask retriever(Retriever it) {
    return new Ask(query, bases, scope, topK, threshold, metadata, documents, it, lambda, viewer, explained, rerank);
  }

  Ask lambda(double it) {
    return new Ask(query, bases, scope, topK, threshold, metadata, documents, retriever, it, viewer, explained, rerank);
  }

  Ask viewer(Viewer it) {
    return new Ask(query, bases, scope, topK, threshold, metadata, documents, retriever, lambda, it, explained, rerank);
  }

  Ask explained(UUID it) {
    return new Ask(query, bases, scope, topK, threshold, metadata, documents, retriever, lambda, viewer, it, rerank);
  }

  Ask rerank(Retrieval.Rerank it) {
    return new Ask(query, bases, scope, topK, threshold, metadata, documents, retriever, lambda, viewer, explained, it);
  }

  Retrieval.Request request() {
    return new Retrieval.Request(TENANT, query, bases, scope, topK, threshold, metadata, documents, retriever, 1,
        lambda, rerank, viewer, explained);
  }
}
