package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Upserts in the ledger that have not ended. */
final class OpenRevisions {
  private static final String OPEN = """
      select r.tenant_id, r.knowledge_base_id, r.document_id, r.revision, r.attempt
        from document_revisions r
        join unnest(:documents::uuid[], :revisions::bigint[], :attempts::int[]) as w(document_id, revision, attempt)
          on w.document_id = r.document_id and (r.revision, r.attempt) < (w.revision, w.attempt)
       where r.kind = 'upsert' and r.state in ('pending', 'processing')
      """;

  private final DatabaseClient client;

  OpenRevisions(DatabaseClient client) {
    this.client = client;
  }

  /** One that has not ended. */
  record Open(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt) {}

  /** Everything of a document below this. */
  record Bound(UUID documentId, long revision, int attempt) {}

  /** Those below the bounds. */
  Mono<List<Open>> below(Collection<Bound> bounds) {
    if (bounds.isEmpty()) {
      return Mono.just(List.of());
    }
    return client.sql(OPEN).bind("documents", bounds.stream().map(Bound::documentId).toArray(UUID[]::new))
        .bind("revisions", bounds.stream().map(Bound::revision).toArray(Long[]::new))
        .bind("attempts", bounds.stream().map(Bound::attempt).toArray(Integer[]::new)).map(OpenRevisions::open).all()
        .collectList();
  }

  private static Open open(Readable row) {
    return new Open(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "document_id"), Columns.bigint(row, "revision"), Columns.integer(row, "attempt"));
  }
}
