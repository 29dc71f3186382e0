package io.selfrag.chunker.catalog;

import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.catalog.audit.AuditRecord.Actor;
import io.selfrag.chunker.kafka.ChangeAudit;
import io.selfrag.chunker.kafka.ExternalChange;
import java.time.Duration;
import java.util.List;

/** The audit log in the catalog. */
public final class CatalogChangeAudit implements ChangeAudit {
  private static final int ACCEPTED = 202;

  private final AuditLog audit;
  private final Duration limit;

  public CatalogChangeAudit(AuditLog audit, Duration limit) {
    this.audit = audit;
    this.limit = limit;
  }

  @Override
  public void record(ExternalChange change) {
    var refused = change.refused();
    var target = "{\"knowledge_base_id\": \"" + change.knowledgeBaseId() + "\", \"id\": \"" + change.documentId()
        + "\"}";
    Waiting.on(audit.append(List.of(new AuditRecord(change.id(), change.at(), change.tenantId(), Actor.PRODUCER, null,
        null, "PRODUCE " + change.command(), target, refused == null ? ACCEPTED : refused.httpStatus(),
        refused == null ? null : refused.name(), null, change.requestId()))), limit);
  }
}
