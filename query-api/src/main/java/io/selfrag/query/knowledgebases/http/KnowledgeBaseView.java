package io.selfrag.query.knowledgebases.http;

import io.selfrag.catalog.tenant.KnowledgeBase;
import io.selfrag.query.knowledgebases.BaseConfig;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A knowledge base as it is answered. */
record KnowledgeBaseView(UUID id, String name, @Nullable String description, BaseConfig config, long documentCount,
    long chunkCount, Instant createdAt, Instant updatedAt) {
  static KnowledgeBaseView of(KnowledgeBase base, BaseConfig config) {
    return new KnowledgeBaseView(base.id(), base.name(), base.description(), config, base.documentCount(),
        base.chunkCount(), base.createdAt(), base.updatedAt());
  }
}
