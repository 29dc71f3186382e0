package io.selfrag.catalog;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Some 100,000 chunks of 25,000 documents in 20 knowledge bases of 10 tenants, with all that hangs on them. Ids are digests of a
 * letter and a number, so that both sides can name them.
 */
final class ManyRows {
  static final int DOCUMENTS = 25_000;
  /** Tables that grow with what is stored. */
  static final Set<String> TABLES = Set.of("documents", "document_generations", "document_revisions", "chunks",
      "chunk_vectors", "document_events", "contents", "content_parts", "outbox", "purges", "refreshes", "dead_letters",
      "idempotency_keys", "ingest_jobs", "api_keys");
  /** A knowledge base of 20 documents that is being deleted, the last one. */
  static final int GOING = 19;

  private static final List<String> STATEMENTS = List.of(
      "insert into tenants (id, name, quota_doc_count) select %t, 'tenant ' || i, -1 from generate_series(0, 9) as i",
      "insert into tenant_counters (tenant_id) select id from tenants",
      """
          insert into knowledge_bases (id, tenant_id, name, status)
          select %b, md5('t' || i / 2)::uuid, 'base ' || i, case i when 19 then 'deleting' else 'active' end
            from generate_series(0, 19) as i""",
      "insert into knowledge_base_counters (knowledge_base_id, tenant_id) select id, tenant_id from knowledge_bases",
      "insert into generations (knowledge_base_id, generation, spec) select id, 1, '{}' from knowledge_bases",
      """
          insert into api_keys (id, tenant_id, name, role, key_hash, key_prefix)
          select md5('k' || i)::uuid, md5('t' || i % 10)::uuid, 'key', 'read', sha256(i::text::bytea), 'kb_sk'
            from generate_series(0, 4999) as i""",
      """
          insert into documents (tenant_id, knowledge_base_id, id, external_id, title, last_revision, newest_revision,
                                 processing_status, version, size_bytes, counted, created_at)
          select k.tenant_id, k.id, %d, 'page ' || i, 'title ' || i, 3, 2, 'completed', 1, 100, true,
                 now() - make_interval(secs => i)
            from generate_series(0, 24999) as i
            join knowledge_bases k on k.id = md5('b' || case when i < 20 then 19 else i % 19 end)::uuid""",
      """
          insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision,
                                            live_attempt, chunk_count)
          select id, 1, tenant_id, knowledge_base_id, 2, 0, 4 from documents""",
      """
          insert into ingest_jobs (id, tenant_id, knowledge_base_id)
          select md5('j' || i)::uuid, k.tenant_id, k.id from generate_series(0, 2999) as i
            join knowledge_bases k on k.id = md5('b' || i % 20)::uuid""",
      """
          insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state, job_id,
                                          content_sha256, size_bytes, chunk_count, deadline_at, finished_at)
          select d.id, r, d.tenant_id, d.knowledge_base_id, 'upsert',
                 case when r = 2 then 'indexed' when i % 2000 = 0 then 'accepting' else 'processing' end,
                 md5('j' || i / 100)::uuid, sha256((i || ' ' || r)::bytea), 100, 4,
                 now() + case when r = 2 or i % 1000 = 100 then interval '-1 day' else interval '1 hour' end,
                 case when r = 2 then now() end
            from generate_series(0, 24999) as i join documents d on d.id = %d
           cross join generate_series(2, 3) as r where r = 2 or i % 100 = 0""",
      """
          insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,
                              char_start, char_end, tokens, language, model)
          select %c, d.tenant_id, d.knowledge_base_id, d.id, 1, 2, 0, i % 4, 'text ' || i, 0, 9, 2, 'en', 'hashing/h/2'
            from generate_series(0, 99999) as i join documents d on d.id = md5('d' || i / 4)::uuid""",
      """
          insert into chunk_vectors (chunk_id, document_id, generation, revision, attempt, vector)
          select id, document_id, generation, revision, attempt, '\\x0000000000000000' from chunks""",
      """
          insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at)
          select d.tenant_id, d.knowledge_base_id, d.id, 2, 0, s, 1, now() from documents d
           cross join unnest(array['queued', 'indexed']) as s""",
      """
          insert into contents (tenant_id, sha256, size_bytes, parts, referenced_at)
          select tenant_id, content_sha256, 100, 1, now() - make_interval(days => case when random() < 0.001 then 3 else 1 end)
            from document_revisions where revision = 2 on conflict do nothing""",
      """
          insert into content_parts (tenant_id, sha256, part, bytes) select tenant_id, sha256, 0, '\\x00' from contents""",
      """
          insert into outbox (topic, record_key, value)
          select 'documents', i, '\\x00' from generate_series(0, 4999) as i""",
      """
          insert into purges (tenant_id, knowledge_base_id, document_id, below_revision, below_attempt, again_after)
          select tenant_id, knowledge_base_id, id, 2, 0, case when version_of % 20 > 0 then now() + interval '1 minute' end
            from (select d.*, row_number() over () as version_of from documents d limit 5000) d""",
      """
          insert into refreshes (document_id, tenant_id, knowledge_base_id)
          select id, tenant_id, knowledge_base_id from documents limit 5000""",
      """
          insert into dead_letters (id, topic, partition, record_offset, tenant_id, stage, code, message, original_topic,
                                    original_partition, original_offset, created_at)
          select md5('l' || i)::uuid, 'chunks.dlt', 0, i, md5('t' || i % 10)::uuid, 'embed', 'CORRUPT', 'm', 'chunks', 0, i,
                 now() - make_interval(secs => i) from generate_series(0, 4999) as i""",
      """
          insert into idempotency_keys (credential_id, route, key, body_hash, lease_until)
          select md5('k' || i % 100)::uuid, 'POST /v1/documents', i, '\\x00', now() from generate_series(0, 4999) as i""",
      "vacuum analyze");

  private ManyRows() {}

  static void fill(TestCatalog catalog) {
    STATEMENTS.forEach(it -> catalog.sql(it.replace("%t", "md5('t' || i)::uuid").replace("%b", "md5('b' || i)::uuid")
        .replace("%d", "md5('d' || i)::uuid").replace("%c", "md5('c' || i)::uuid")));
  }

  /** The i-th tenant's; its knowledge bases are 2i and 2i + 1. */
  static UUID tenant(int i) {
    return id("t" + i);
  }

  static UUID base(int i) {
    return id("b" + i);
  }

  static UUID document(int i) {
    return id("d" + i);
  }

  /** The knowledge base of a document, by number. */
  static int baseOf(int document) {
    return document < 20 ? GOING : document % GOING;
  }

  static UUID tenantOf(int document) {
    return tenant(baseOf(document) / 2);
  }

  /** As {@code md5(name)::uuid} is to PostgreSQL. */
  static UUID id(String name) {
    try {
      var bytes = ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(name.getBytes()));
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
