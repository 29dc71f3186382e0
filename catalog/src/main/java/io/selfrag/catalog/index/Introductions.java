package io.selfrag.catalog.index;

import io.selfrag.catalog.ByteaArray;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentIntroduction;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of documents that came straight from Kafka. Who is known already keeps its row; a replacement's attributes wait in the
 * ledger for the flip, unless nobody sees the document yet (S16).
 */
final class Introductions {
  private static final String INTRODUCED = """
      unnest(:tenants::uuid[], :bases::uuid[], :ids::uuid[], :revisions::bigint[], :attempts::int[], :externals::text[],
             :attributes::text[], :hashes::text[]::bytea[], :sizes::bigint[], :lanes::text[], :jobs::uuid[])
        as w(tenant_id, base_id, id, revision, attempt, external_id, attributes, sha256, size, lane, job_id)
      """;
  private static final String IS_SEEN = """
      exists (select 1 from document_generations g where g.document_id = d.id and g.live_revision > d.deleted_revision)
      """;
  private static final String DOCUMENTS = """
      insert into documents (tenant_id, knowledge_base_id, id, external_id, title, metadata, source, sensitivity_level,
                             acl_users, acl_roles, acl_groups, attributes_revision, last_revision, content_sha256, size_bytes)
      select distinct on (w.id) w.tenant_id, w.base_id, w.id, nullif(w.external_id, ''), a.title, a.metadata, a.source,
             a.sensitivity_level, a.acl_users, a.acl_roles, a.acl_groups, w.revision, w.revision,
             nullif(w.sha256, ''::bytea), w.size
        from %s
        join knowledge_bases k on k.id = w.base_id and k.tenant_id = w.tenant_id and k.status <> 'deleting'
       cross join lateral jsonb_populate_record(null::documents, w.attributes::jsonb) a
       order by w.id, w.revision
          on conflict do nothing
      """
      .formatted(INTRODUCED);
  private static final String REVISIONS = """
      insert into document_revisions (document_id, revision, attempt, tenant_id, knowledge_base_id, kind, state, lane, job_id,
                                      content_sha256, size_bytes, attributes)
      select w.id, w.revision, w.attempt, w.tenant_id, w.base_id, 'upsert', 'pending', w.lane, nullif(w.job_id, :nobody),
             nullif(w.sha256, ''::bytea), w.size, case when %s then w.attributes::jsonb end
        from %s
        join documents d on d.id = w.id and d.tenant_id = w.tenant_id and d.knowledge_base_id = w.base_id
          on conflict do nothing
      """
      .formatted(IS_SEEN, INTRODUCED);
  private static final String ATTRIBUTES = """
      update documents d
         set title = a.title, metadata = a.metadata, source = a.source, sensitivity_level = a.sensitivity_level,
             acl_users = a.acl_users, acl_roles = a.acl_roles, acl_groups = a.acl_groups, attributes_revision = u.revision,
             updated_at = now()
        from (select distinct on (w.id) w.* from %s order by w.id, w.revision desc) u
       cross join lateral jsonb_populate_record(null::documents, u.attributes::jsonb) a
       where d.id = u.id and d.tenant_id = u.tenant_id and d.knowledge_base_id = u.base_id
         and d.attributes_revision < u.revision and not %s
      """
      .formatted(INTRODUCED, IS_SEEN);

  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  Introductions(DatabaseClient client) {
    this.client = client;
  }

  private record Introduced(DocumentEvent event, DocumentIntroduction document) {}

  /** Adds documents that nobody knows yet. */
  Mono<Void> addDocuments(List<DocumentEvent> events) {
    var introduced = introduced(events);
    return introduced.isEmpty() ? Mono.empty() : bind(DOCUMENTS, introduced).fetch().rowsUpdated().then();
  }

  /** Adds the revisions to the ledger, and takes attributes over; the documents are locked. */
  Mono<Void> addRevisions(List<DocumentEvent> events) {
    var introduced = introduced(events);
    return introduced.isEmpty()
        ? Mono.empty()
        : bind(REVISIONS, introduced).bind("nobody", new UUID(0, 0)).fetch().rowsUpdated()
            .then(bind(ATTRIBUTES, introduced).fetch().rowsUpdated()).then();
  }

  private static List<Introduced> introduced(List<DocumentEvent> events) {
    return events.stream().filter(it -> it.getDocument() != null).map(it -> new Introduced(it, it.getDocument()))
        .sorted(Comparator.comparing((Introduced it) -> it.event.getDocumentId())
            .thenComparingLong(it -> it.event.getRevision()))
        .toList();
  }

  private DatabaseClient.GenericExecuteSpec bind(String sql, List<Introduced> rows) {
    return client.sql(sql).bind("tenants", array(rows, it -> it.event.getTenantId(), UUID[]::new))
        .bind("bases", array(rows, it -> it.event.getKnowledgeBaseId(), UUID[]::new))
        .bind("ids", array(rows, it -> it.event.getDocumentId(), UUID[]::new))
        .bind("revisions", array(rows, it -> it.event.getRevision(), Long[]::new))
        .bind("attempts", array(rows, it -> it.event.getAttempt(), Integer[]::new))
        .bind("externals",
            array(rows, it -> it.document.getExternalId() == null ? "" : it.document.getExternalId(), String[]::new))
        .bind("attributes",
            array(rows, it -> DocumentAttributes.of(it.document.getAttributes()).toJson(json), String[]::new))
        .bind("hashes",
            ByteaArray.of(rows,
                it -> it.document.getContentSha256() == null ? new byte[0] : it.document.getContentSha256().bytes()))
        .bind("sizes", array(rows, it -> it.document.getSize(), Long[]::new))
        .bind("lanes", array(rows, it -> it.document.getLane(), String[]::new)).bind("jobs",
            array(rows, it -> it.event.getJobId() == null ? new UUID(0, 0) : it.event.getJobId(), UUID[]::new));
  }

  private static <T> T[] array(List<Introduced> rows, Function<Introduced, T> column, IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
