package io.selfrag.catalog.intake;

import io.selfrag.catalog.ByteaArray;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;
import reactor.util.function.Tuples;
import tools.jackson.databind.json.JsonMapper;

/**
 * The statements of acceptance, one round trip each; all but {@link #confirm} run inside its transaction. Arrays bind no
 * nulls portably, so an empty text stands for an absent one.
 */
final class IntakeTables {
  static final UUID NO_JOB = new UUID(0, 0);
  /** True of a draft's document that users see, whose row is locked. */
  private static final String VISIBLE = """
       exists (select 1 from document_generations g join knowledge_bases kb on kb.id = g.knowledge_base_id
                where g.document_id = d.id and g.generation = kb.live_generation and g.live_revision > d.deleted)
      """;

  private static final String REPLACE = """
      update documents o
         set last_revision = d.revision, content_sha256 = d.sha256, size_bytes = d.size, counted = true,
             updated_at = now(), fed_by = :fed_by,
             title = case when s.visible then o.title else a.title end,
             metadata = case when s.visible then o.metadata else a.metadata end,
             source = case when s.visible then o.source else a.source end,
             sensitivity_level = case when s.visible then o.sensitivity_level else a.sensitivity_level end,
             acl_users = case when s.visible then o.acl_users else a.acl_users end,
             acl_roles = case when s.visible then o.acl_roles else a.acl_roles end,
             acl_groups = case when s.visible then o.acl_groups else a.acl_groups end,
             attributes_revision = case when s.visible then o.attributes_revision else d.revision end
        from unnest(:ids::uuid[], :external_ids::text[], :attributes::text[], :hashes::text[]::bytea[], :sizes::bigint[],
                    :revisions::bigint[], :deleted::bigint[])
               as d(id, external_id, attributes, sha256, size, revision, deleted)
             cross join lateral jsonb_to_record(d.attributes::jsonb)
               as a(title text, metadata jsonb, source text, sensitivity_level text,
                    acl_users text[], acl_roles text[], acl_groups text[])
             cross join lateral (select %s as visible) as s
       where o.tenant_id = :tenant and o.knowledge_base_id = :kb and o.id = d.id
      """
      .formatted(VISIBLE);
  private static final String INSERT_REVISIONS = """
      insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state, lane, job_id,
                                      content_sha256, size_bytes, file_name, media_type, attributes)
      select d.id, d.revision, :tenant, :kb, 'upsert', 'accepting', d.lane, nullif(d.job_id, :no_job),
             d.sha256, d.size, nullif(d.file_name, ''), nullif(d.media_type, ''),
             case when d.attributes <> '' and %s then d.attributes::jsonb end
        from unnest(:ids::uuid[], :revisions::bigint[], :lanes::text[], :jobs::uuid[], :hashes::text[]::bytea[],
                    :sizes::bigint[], :file_names::text[], :media_types::text[], :attributes::text[], :deleted::bigint[])
               as d(id, revision, lane, job_id, sha256, size, file_name, media_type, attributes, deleted)
      """
      .formatted(VISIBLE);

  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  IntakeTables(DatabaseClient client) {
    this.client = client;
  }

  /** Whose documents they are, and how many it may have; a quota below 0 is none. */
  record Owner(UUID tenantId, UUID knowledgeBaseId, long documentQuota, long storageQuotaMib) {}

  /**
   * A document that existed before, locked.
   *
   * @param replaceable by whom the draft is from
   */
  record KnownDocument(long lastRevision, long deletedRevision, long sizeBytes, boolean counted, boolean replaceable,
      long clockMicros) {
    /** As a draft leaves it that was accepted. */
    static KnownDocument accepted(@Nullable KnownDocument before, long revision, long sizeBytes) {
      return before == null
          ? new KnownDocument(revision, 0, sizeBytes, true, true, revision)
          : new KnownDocument(revision, before.deletedRevision, sizeBytes, true, true, before.clockMicros);
    }

    /** In order, whatever the clock does (S1). */
    long nextRevision() {
      return Math.max(clockMicros, lastRevision + 1);
    }
  }

  /** What the tenant's counters say, locked. */
  record Used(long documents, long bytes) {}

  /** Empty if the tenant has no such knowledge base. The lock keeps a deletion out until the batch is recorded. */
  Mono<Owner> lockOwner(UUID tenantId, UUID knowledgeBaseId) {
    return client.sql("""
        select t.quota_doc_count::bigint as documents, t.quota_storage_mb::bigint as storage
          from knowledge_bases kb join tenants t on t.id = kb.tenant_id
         where kb.id = :kb and kb.tenant_id = :tenant and kb.status <> 'deleting' and t.status = 'active'
           for share of kb, t
        """).bind("kb", knowledgeBaseId).bind("tenant", tenantId).map(row -> new Owner(tenantId, knowledgeBaseId,
        Sql.number(row, "documents"), Sql.number(row, "storage"))).one();
  }

  /** The documents that are new, with their revision. */
  Mono<Map<UUID, Long>> insertNew(UUID feedingKey, UUID tenantId, UUID knowledgeBaseId, List<DocumentDraft> drafts) {
    var sql = client
        .sql(
            """
                insert into documents (tenant_id, knowledge_base_id, id, external_id, title, metadata, source,
                                       sensitivity_level, acl_users, acl_roles, acl_groups, attributes_revision, last_revision,
                                       content_sha256, size_bytes, counted, fed_by)
                select :tenant, :kb, d.id, nullif(d.external_id, ''), a.title, a.metadata, a.source,
                       a.sensitivity_level, a.acl_users, a.acl_roles, a.acl_groups, clock.micros, clock.micros,
                       d.sha256, d.size, true, :fed_by
                  from unnest(:ids::uuid[], :external_ids::text[], :attributes::text[], :hashes::text[]::bytea[], :sizes::bigint[])
                         as d(id, external_id, attributes, sha256, size)
                       cross join lateral jsonb_to_record(d.attributes::jsonb)
                         as a(title text, metadata jsonb, source text, sensitivity_level text,
                              acl_users text[], acl_roles text[], acl_groups text[])
                       cross join (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros) as clock
                 where exists (select 1 from knowledge_bases kb where kb.id = :kb and kb.tenant_id = :tenant)
                 order by d.id
                on conflict do nothing
                returning id, last_revision
                """)
        .bind("tenant", tenantId).bind("kb", knowledgeBaseId).bind("fed_by", feedingKey);
    return bindDrafts(sql, drafts)
        .map(row -> Tuples.of(Sql.need(row, "id", UUID.class), Sql.number(row, "last_revision"))).all()
        .collectMap(Tuple2::getT1, Tuple2::getT2);
  }

  /**
   * Locks those of the documents that are the knowledge base's own. What it reads is of the locked row alone: other tables would
   * be read as they were before the wait.
   */
  Mono<Map<UUID, KnownDocument>> lockKnown(Feeder feeder, UUID tenantId, UUID knowledgeBaseId, Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return Mono.just(Map.of());
    }
    return DocumentReads.feeder(client.sql("""
        select d.id, d.last_revision, d.deleted_revision, d.size_bytes, d.counted,
        """ + DocumentReads.FEEDABLE + """
               as replaceable,
               (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros
          from documents d
         where d.tenant_id = :tenant and d.knowledge_base_id = :kb and d.id = any(:ids::uuid[])
         order by d.id
           for no key update of d
        """), feeder).bind("tenant", tenantId).bind("kb", knowledgeBaseId).bind("ids", Sql.uuids(ids))
        .map(row -> Tuples.of(Sql.need(row, "id", UUID.class),
            new KnownDocument(Sql.number(row, "last_revision"), Sql.number(row, "deleted_revision"),
                Sql.number(row, "size_bytes"),
                Sql.need(row, "counted", Boolean.class), Sql.need(row, "replaceable", Boolean.class),
                Sql.number(row, "micros"))))
        .all().collectMap(Tuple2::getT1, Tuple2::getT2);
  }

  Mono<Used> lockCounters(UUID tenantId) {
    return client.sql("""
        insert into tenant_counters (tenant_id) values (:tenant)
        on conflict (tenant_id) do update set doc_count = tenant_counters.doc_count
        returning doc_count, storage_bytes
        """).bind("tenant", tenantId)
        .map(row -> new Used(Sql.number(row, "doc_count"), Sql.number(row, "storage_bytes"))).one();
  }

  Mono<Void> removeRefused(Owner owner, Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("delete from documents where tenant_id = :tenant and knowledge_base_id = :kb and id = any(:ids)")
        .bind("tenant", owner.tenantId()).bind("kb", owner.knowledgeBaseId()).bind("ids", Sql.uuids(ids)).fetch()
        .rowsUpdated().then();
  }

  /**
   * Moves known documents on, which are locked. One that nobody sees takes the new attributes now; one that is visible takes them
   * when the new content flips, so that old text is never shown under a new ACL.
   */
  Mono<Void> replace(UUID feedingKey, Owner owner, List<Acceptance.Accepted> replaced) {
    if (replaced.isEmpty()) {
      return Mono.empty();
    }
    var sql = client.sql(REPLACE)
        .bind("tenant", owner.tenantId()).bind("kb", owner.knowledgeBaseId()).bind("fed_by", feedingKey);
    return bindDrafts(sql, replaced.stream().map(Acceptance.Accepted::draft).toList())
        .bind("revisions", each(replaced, Acceptance.Accepted::revision, Long[]::new))
        .bind("deleted", each(replaced, Acceptance.Accepted::deletedRevision, Long[]::new)).fetch().rowsUpdated()
        .then();
  }

  /** @param locked the documents that may be visible; their flips write the attributes */
  Mono<Void> insertRevisions(Owner owner, List<Acceptance.Accepted> accepted, Set<UUID> locked) {
    if (accepted.isEmpty()) {
      return Mono.empty();
    }
    var drafts = accepted.stream().map(Acceptance.Accepted::draft).toList();
    return client.sql(INSERT_REVISIONS)
        .bind("tenant", owner.tenantId()).bind("kb", owner.knowledgeBaseId()).bind("no_job", NO_JOB)
        .bind("ids", each(drafts, DocumentDraft::documentId, UUID[]::new))
        .bind("revisions", each(accepted, Acceptance.Accepted::revision, Long[]::new))
        .bind("lanes", each(drafts, it -> it.lane().wireName(), String[]::new))
        .bind("jobs", each(drafts, it -> it.jobId() == null ? NO_JOB : it.jobId(), UUID[]::new))
        .bind("hashes", ByteaArray.of(drafts, it -> it.sha256()))
        .bind("sizes", each(drafts, DocumentDraft::sizeBytes, Long[]::new))
        .bind("file_names", each(drafts, it -> it.fileName() == null ? "" : it.fileName(), String[]::new))
        .bind("media_types", each(drafts, it -> it.mediaType() == null ? "" : it.mediaType(), String[]::new))
        .bind("attributes",
            each(accepted,
                it -> locked.contains(it.draft().documentId())
                    ? AttributesJson.write(json, it.draft().attributes())
                    : "",
                String[]::new))
        .bind("deleted", each(accepted, Acceptance.Accepted::deletedRevision, Long[]::new)).fetch().rowsUpdated()
        .then();
  }

  Mono<Void> raiseCounters(UUID tenantId, long documents, long bytes) {
    if (documents == 0 && bytes == 0) {
      return Mono.empty();
    }
    return client.sql("""
        update tenant_counters set doc_count = doc_count + :documents, storage_bytes = storage_bytes + :bytes
         where tenant_id = :tenant
        """).bind("documents", documents).bind("bytes", bytes).bind("tenant", tenantId).fetch().rowsUpdated().then();
  }

  Mono<Void> confirm(List<RevisionKey> revisions) {
    return client.sql("""
        with mine as (
          select r.document_id, r.revision
            from document_revisions r join unnest(:ids::uuid[], :revisions::bigint[]) as u(id, revision)
              on r.document_id = u.id and r.revision = u.revision
           where r.state = 'accepting'
           order by r.document_id, r.revision
             for update of r)
        update document_revisions r set state = 'pending'
          from mine where r.document_id = mine.document_id and r.revision = mine.revision and r.state = 'accepting'
        """).bind("ids", each(revisions, RevisionKey::documentId, UUID[]::new))
        .bind("revisions", each(revisions, RevisionKey::revision, Long[]::new)).fetch().rowsUpdated().then();
  }

  private GenericExecuteSpec bindDrafts(GenericExecuteSpec sql, List<DocumentDraft> drafts) {
    return sql.bind("ids", each(drafts, DocumentDraft::documentId, UUID[]::new))
        .bind("external_ids", each(drafts, it -> it.externalId() == null ? "" : it.externalId(), String[]::new))
        .bind("attributes", each(drafts, it -> AttributesJson.write(json, it.attributes()), String[]::new))
        .bind("hashes", ByteaArray.of(drafts, it -> it.sha256()))
        .bind("sizes", each(drafts, DocumentDraft::sizeBytes, Long[]::new));
  }

  private static <A, B> B[] each(List<A> items, Function<A, B> field, IntFunction<B[]> array) {
    return items.stream().map(field).toArray(array);
  }
}
