package io.selfrag.catalog.intake;

import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The statements of {@link DocumentChanges}; all run inside its transaction, under the document's row lock. */
final class ChangeTables {
  private static final String LOCKED = """
      select d.tenant_id, d.knowledge_base_id, d.id, d.deleted_revision, d.interrupted_revision,
             d.attributes_revision, d.counted, d.size_bytes,
             greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, d.last_revision + 1) as next_revision,
             jsonb_build_object('title', d.title, 'metadata', d.metadata, 'source', d.source, 'sensitivity_level',
               d.sensitivity_level, 'acl_users', d.acl_users, 'acl_roles', d.acl_roles, 'acl_groups', d.acl_groups
             )::text as attributes
        from documents d join knowledge_bases kb on kb.id = d.knowledge_base_id
       where d.id = :id and d.tenant_id = :tenant and kb.status <> 'deleting' and
      """ + DocumentReads.EXISTS + " and %s for no key update of d";

  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  ChangeTables(DatabaseClient client) {
    this.client = client;
  }

  /** The newest revision that brings content or interrupts it. */
  record ContentRevision(long revision, int attempt, String kind, String state) {
    boolean isOpen() {
      return kind.equals("upsert")
          && (state.equals("pending") || state.equals("processing") || state.equals("accepting"));
    }

    boolean canBeRetried() {
      return state.equals("failed") || state.equals("interrupted");
    }
  }

  /** A revision that is tried again. */
  record Attempt(long revision, int attempt) {}

  /** Empty unless it exists and may be read. What is asked of its row is asked again if another held the lock. */
  Mono<OpenDocument> lock(UUID tenantId, UUID documentId, @Nullable ReaderRights rights) {
    return lock(DocumentReads.rights(client.sql(LOCKED.formatted(DocumentReads.READABLE)), rights), tenantId,
        documentId);
  }

  /** The same of one that the feeder may remove. */
  Mono<OpenDocument> lock(UUID tenantId, UUID documentId, Feeder feeder) {
    return lock(DocumentReads.feeder(client.sql(LOCKED.formatted(DocumentReads.FEEDABLE)), feeder), tenantId,
        documentId);
  }

  private Mono<OpenDocument> lock(GenericExecuteSpec sql, UUID tenantId, UUID documentId) {
    return sql.bind("id", documentId).bind("tenant", tenantId)
        .map(row -> new OpenDocument(Sql.need(row, "tenant_id", UUID.class),
            Sql.need(row, "knowledge_base_id", UUID.class), Sql.need(row, "id", UUID.class),
            Sql.number(row, "next_revision"), Sql.number(row, "deleted_revision"),
            Sql.number(row, "interrupted_revision"),
            AttributesJson.read(json, Sql.need(row, "attributes", String.class)),
            Sql.number(row, "attributes_revision"), Sql.need(row, "counted", Boolean.class),
            Sql.number(row, "size_bytes")))
        .one();
  }

  Mono<Boolean> exists(UUID tenantId, UUID documentId) {
    return client.sql("select exists (select 1 from documents where id = :id and tenant_id = :tenant) as found")
        .bind("id", documentId).bind("tenant", tenantId).map(row -> Sql.need(row, "found", Boolean.class)).one();
  }

  Mono<Void> bury(OpenDocument document) {
    return of(document, """
        update documents
           set deleted_revision = :revision, last_revision = :revision, attributes_revision = :revision,
               counted = false, updated_at = now()
         where id = :id and tenant_id = :tenant
        """).bind("revision", document.nextRevision()).fetch().rowsUpdated().then();
  }

  Mono<Void> touch(OpenDocument document) {
    return of(document, """
        update documents set last_revision = :revision, updated_at = now() where id = :id and tenant_id = :tenant
        """).bind("revision", document.nextRevision()).fetch().rowsUpdated().then();
  }

  Mono<Void> insertRevision(OpenDocument document, String kind) {
    return of(document, """
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state)
        values (:id, :revision, :tenant, :kb, :kind, 'pending')
        """).bind("revision", document.nextRevision()).bind("kb", document.knowledgeBaseId()).bind("kind", kind).fetch()
        .rowsUpdated().then();
  }

  /** What the newest replacement on its way will write when it flips; empty if nothing newer than the row is on its way. */
  Mono<DocumentAttributes> pendingAttributes(OpenDocument document) {
    return client.sql("""
        select attributes::text as attributes from document_revisions
         where document_id = :id and kind = 'upsert' and attributes is not null and revision > :written
           and state in ('accepting', 'pending', 'processing')
         order by revision desc limit 1
        """).bind("id", document.id()).bind("written", document.attributesRevision())
        .map(row -> AttributesJson.read(json, Sql.need(row, "attributes", String.class))).one();
  }

  Mono<Void> writeAttributes(OpenDocument document, DocumentAttributes attributes) {
    return of(document, """
        update documents o
           set title = a.title, metadata = a.metadata, source = a.source, sensitivity_level = a.sensitivity_level,
               acl_users = a.acl_users, acl_roles = a.acl_roles, acl_groups = a.acl_groups,
               attributes_revision = :revision, last_revision = :revision, updated_at = now()
          from jsonb_to_record(:attributes::jsonb)
                 as a(title text, metadata jsonb, source text, sensitivity_level text,
                      acl_users text[], acl_roles text[], acl_groups text[])
         where o.id = :id and o.tenant_id = :tenant
        """).bind("revision", document.nextRevision()).bind("attributes", AttributesJson.write(json, attributes))
        .fetch()
        .rowsUpdated().then();
  }

  /** One that is unchanged stands for the revision that it equals, while that one has come to no good end (S6). */
  Mono<ContentRevision> newestContent(OpenDocument document) {
    return client.sql("""
        with newest as (
          select document_id, revision, state, equals_revision from document_revisions
           where document_id = :id and kind in ('upsert', 'interrupt') and revision > :deleted
           order by revision desc limit 1)
        select r.revision, r.attempt, r.kind, r.state
          from newest n
          left join document_revisions e on n.state = 'unchanged' and e.document_id = n.document_id
               and e.revision = n.equals_revision and e.revision > :deleted
               and e.state in ('accepting', 'pending', 'processing', 'failed')
          join document_revisions r on r.document_id = n.document_id and r.revision = coalesce(e.revision, n.revision)
           for update of r
        """).bind("id", document.id()).bind("deleted", document.deletedRevision())
        .map(row -> new ContentRevision(Sql.number(row, "revision"), Sql.need(row, "attempt", Integer.class),
            Sql.need(row, "kind", String.class), Sql.need(row, "state", String.class)))
        .one();
  }

  /** Opens the revision again; an interrupt takes over the content that it interrupted. */
  Mono<Attempt> reopen(OpenDocument document, ContentRevision failed) {
    return client.sql("""
        update document_revisions r
           set kind = 'upsert', attempt = r.attempt + 1, state = 'pending', error_stage = null, error_code = null,
               error_message = null, finished_at = null, chunk_count = null, equals_revision = null,
               deadline_at = now() + interval '6 hours',
               content_sha256 = c.content_sha256, size_bytes = c.size_bytes, file_name = c.file_name,
               media_type = c.media_type, attributes = c.attributes, lane = c.lane, job_id = c.job_id
          from (select * from document_revisions
                 where document_id = :id and kind = 'upsert' and revision <= :revision and revision > :deleted
                 order by revision desc limit 1) as c
         where r.document_id = :id and r.revision = :revision
        returning r.revision, r.attempt
        """).bind("id", document.id()).bind("revision", failed.revision()).bind("deleted", document.deletedRevision())
        .map(row -> new Attempt(Sql.number(row, "revision"), Sql.need(row, "attempt", Integer.class))).one()
        .switchIfEmpty(Mono.error(
            () -> new SelfRagException(ErrorCode.INVALID_STATUS,
                "its content is not known; upload the document again")));
  }

  /** Caches of search results are keyed by this (S18). */
  Mono<Void> raiseKnowledgeBase(OpenDocument document) {
    return client.sql("update knowledge_base_counters set revision = revision + 1 where knowledge_base_id = :kb")
        .bind("kb", document.knowledgeBaseId()).fetch().rowsUpdated().then();
  }

  Mono<Void> release(OpenDocument document) {
    if (!document.counted()) {
      return Mono.empty();
    }
    return client.sql("""
        update tenant_counters
           set doc_count = greatest(doc_count - 1, 0), storage_bytes = greatest(storage_bytes - :bytes, 0)
         where tenant_id = :tenant
        """).bind("bytes", document.sizeBytes()).bind("tenant", document.tenantId()).fetch().rowsUpdated().then();
  }

  /** Counts a document again whose failure had released it. */
  Mono<Void> reserve(OpenDocument document) {
    if (document.counted()) {
      return Mono.empty();
    }
    var tables = new IntakeTables(client);
    return tables.lockOwner(document.tenantId(), document.knowledgeBaseId())
        .flatMap(owner -> tables.lockCounters(document.tenantId()).flatMap(used -> {
          var quota = new QuotaCheck(owner, used);
          return quota.admits(null, document.sizeBytes())
              ? tables.raiseCounters(document.tenantId(), quota.documents(), quota.bytes()).then(count(document))
              : Mono.<Void>error(new SelfRagException(ErrorCode.QUOTA_EXCEEDED, quota.reason()));
        }));
  }

  private Mono<Void> count(OpenDocument document) {
    return of(document, "update documents set counted = true where id = :id and tenant_id = :tenant").fetch()
        .rowsUpdated().then();
  }

  private GenericExecuteSpec of(OpenDocument document, String sql) {
    return client.sql(sql).bind("id", document.id()).bind("tenant", document.tenantId());
  }

}
