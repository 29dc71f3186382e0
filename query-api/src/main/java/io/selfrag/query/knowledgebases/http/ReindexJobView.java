package io.selfrag.query.knowledgebases.http;

import io.selfrag.catalog.reindex.ReindexJob;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reindexing as it is answered; the documents are those that queries see. */
record ReindexJobView(UUID id, UUID knowledgeBaseId, String state, int fromGeneration, int toGeneration,
    JsonNode fromConfig, JsonNode toConfig, long documents, long ready, long failed, List<MissingView> missing,
    @Nullable Instant keepUntil, Instant createdAt, Instant updatedAt, @Nullable Instant switchedAt,
    @Nullable Instant finishedAt) {

  /** A document that the other generation lacks, and why if it failed there. */
  record MissingView(UUID documentId, String title, @Nullable String stage, @Nullable String code,
      @Nullable String message) {}

  static ReindexJobView of(ReindexJob job, JsonMapper json) {
    var figures = job.figures();
    return new ReindexJobView(job.id(), job.knowledgeBaseId(), job.state().wireName(), job.fromGeneration(),
        job.toGeneration(), json.readTree(job.fromConfig()), json.readTree(job.toConfig()), figures.documents(),
        figures.ready(), figures.failed(), figures.missing().stream()
            .map(it -> new MissingView(it.documentId(), it.title(), it.stage(), it.code(), it.message())).toList(),
        job.keepUntil(), job.createdAt(), job.updatedAt(), job.switchedAt(), job.finishedAt());
  }
}
