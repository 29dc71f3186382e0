package io.selfrag.catalog.intake;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.search.ReaderRights;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads documents inside a tenant. A document that the reader may not read is as absent as one that does not exist; {@code null}
 * rights read everything.
 */
public final class DocumentReads {
  /** True of a document that was not deleted, or came again after it. */
  static final String EXISTS = """
      (d.deleted_revision = 0 or exists (
         select 1 from document_revisions u
          where u.document_id = d.id and u.kind = 'upsert' and u.revision > d.deleted_revision))
      """;
  static final String READABLE = """
      (:everything or (
         array_position(array['public', 'internal', 'restricted'], d.sensitivity_level)
           <= array_position(array['public', 'internal', 'restricted'], :clearance)
         and (cardinality(d.acl_users) + cardinality(d.acl_roles) + cardinality(d.acl_groups) = 0
           or :user = any(d.acl_users) or d.acl_roles && :roles::text[] or d.acl_groups && :groups::text[])))
      """;
  /** True of a document that the feeder may replace or remove. */
  static final String FEEDABLE = "coalesce(d.fed_by = :feeding_key or " + READABLE + ", false)\n";
  /** The log is of the newest steps: a document that is replaced every minute has a timeline without end. */
  private static final String VIEW = """
      select d.id, d.knowledge_base_id, d.title, d.metadata::text as metadata, d.source, d.external_id, d.version,
             coalesce(g.chunk_count, 0) as chunk_count, d.processing_status, d.stage, d.error_stage, d.error_code,
             d.error_message, d.sensitivity_level, d.acl_users, d.acl_roles, d.acl_groups, d.size_bytes, d.created_at,
             d.updated_at,
             (select string_agg(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || e.stage
                                || coalesce(' ' || e.error_code || coalesce(': ' || e.error_message, ''), ''), chr(10) order by e.seq)
                from (select * from document_events n
                       where n.document_id = d.id order by n.seq desc limit 100) e) as processing_log
        from documents d
        join knowledge_bases kb on kb.id = d.knowledge_base_id and kb.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = kb.live_generation
                                        and g.live_revision > d.deleted_revision
      """;
  private static final String KNOWLEDGE_BASE_OF = """
      select d.knowledge_base_id from documents d
        join knowledge_bases kb on kb.id = d.knowledge_base_id and kb.status <> 'deleting'
       where d.id = :id and d.tenant_id = :tenant and
      """;
  private static final String LISTED = """
       where d.tenant_id = :tenant and d.knowledge_base_id = :kb
         and (:status = '' or d.processing_status = :status) and (:source = '' or d.source = :source)
         and (:title = '' or strpos(lower(d.title), lower(:title)) > 0)
         and (:external_id = '' or d.external_id = :external_id) and
      """ + EXISTS + " and " + READABLE;

  private final DatabaseClient client;

  public DocumentReads(CatalogDatabase database) {
    this.client = database.client();
  }

  /** The knowledge base of a document, deleted or not. */
  public Mono<UUID> knowledgeBaseOf(UUID tenantId, UUID documentId, @Nullable ReaderRights rights) {
    return knowledgeBaseOf(rights(client.sql(KNOWLEDGE_BASE_OF + READABLE), rights), tenantId, documentId);
  }

  /** As {@link #knowledgeBaseOf(UUID, UUID, ReaderRights)}, also of what the feeder may not read but was the last to bring. */
  public Mono<UUID> knowledgeBaseOfFed(UUID tenantId, UUID documentId, Feeder feeder) {
    return knowledgeBaseOf(feeder(client.sql(KNOWLEDGE_BASE_OF + FEEDABLE), feeder), tenantId, documentId);
  }

  private static Mono<UUID> knowledgeBaseOf(GenericExecuteSpec sql, UUID tenantId, UUID documentId) {
    return sql.bind("id", documentId).bind("tenant", tenantId)
        .map(row -> Sql.need(row, "knowledge_base_id", UUID.class)).one().onErrorMap(StoreFailures::translate);
  }

  public Mono<DocumentView> find(UUID tenantId, UUID documentId, @Nullable ReaderRights rights) {
    return rights(client.sql(VIEW + " where d.id = :id and d.tenant_id = :tenant and " + EXISTS + " and " + READABLE),
        rights).bind("id", documentId).bind("tenant", tenantId).map(DocumentReads::view).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Documents of a knowledge base, newest first. */
  public Mono<Page<DocumentView>> list(UUID tenantId, UUID knowledgeBaseId, DocumentFilter filter, int offset,
      int limit,
      @Nullable ReaderRights rights) {
    var total = filtered(client.sql("select count(*) as total from documents d" + LISTED), tenantId, knowledgeBaseId,
        filter, rights).map(row -> Sql.number(row, "total")).one();
    var items = filtered(client.sql(VIEW + LISTED + " order by d.created_at desc, d.id limit :limit offset :offset"),
        tenantId, knowledgeBaseId, filter, rights).bind("limit", limit).bind("offset", offset)
        .map(DocumentReads::view).all().collectList();
    return items.zipWith(total, Page::new).onErrorMap(StoreFailures::translate);
  }

  /** Chunks of what is searchable of the document, in order. */
  public Mono<Page<ChunkView>> chunks(UUID tenantId, UUID documentId, int offset, int limit) {
    var live = """
          from documents d join knowledge_bases kb on kb.id = d.knowledge_base_id
          join document_generations g on g.document_id = d.id and g.generation = kb.live_generation
                                     and g.live_revision > d.deleted_revision
          join chunks c on c.document_id = d.id and c.generation = g.generation and c.revision = g.live_revision
                       and c.attempt = g.live_attempt and c.tenant_id = d.tenant_id
         where d.id = :id and d.tenant_id = :tenant
        """;
    var total = client.sql("select count(*) as total " + live).bind("id", documentId).bind("tenant", tenantId)
        .map(row -> Sql.number(row, "total")).one();
    var items = client.sql("""
        select c.id, c.ordinal, c.text, c.char_start, c.char_end, c.page_from, c.page_to, c.heading_path, c.tokens,
               c.language, c.model
        """ + live + " order by c.ordinal limit :limit offset :offset").bind("id", documentId).bind("tenant", tenantId)
        .bind("limit", limit).bind("offset", offset).map(DocumentReads::chunk).all().collectList();
    return items.zipWith(total, Page::new).onErrorMap(StoreFailures::translate);
  }

  /** Steps of the timeline after the given one, oldest first; also of a deleted document. */
  public Flux<EventView> events(UUID tenantId, UUID documentId, long afterSeq, int limit) {
    return client.sql("""
        select seq, revision, attempt, stage, generation, at, chunk_count, equals_revision, error_stage, error_code,
               error_message
          from document_events
         where document_id = :id and tenant_id = :tenant and seq > :after
         order by seq limit :limit
        """).bind("id", documentId).bind("tenant", tenantId).bind("after", afterSeq).bind("limit", limit)
        .map(DocumentReads::event).all().onErrorMap(StoreFailures::translate);
  }

  /** The newest steps of the timeline, oldest first; also of a deleted document. */
  public Flux<EventView> newestEvents(UUID tenantId, UUID documentId, int limit) {
    return client.sql("""
        select * from (
          select seq, revision, attempt, stage, generation, at, chunk_count, equals_revision, error_stage, error_code,
                 error_message
            from document_events
           where document_id = :id and tenant_id = :tenant
           order by seq desc limit :limit) newest
         order by seq
        """).bind("id", documentId).bind("tenant", tenantId).bind("limit", limit).map(DocumentReads::event).all()
        .onErrorMap(StoreFailures::translate);
  }

  /** The bytes behind what is searchable, or of the newest upload if nothing is yet. */
  public Mono<OriginalContent> content(UUID tenantId, UUID documentId) {
    return client.sql("""
        select r.content_sha256, r.size_bytes, r.file_name, r.media_type
          from documents d join knowledge_bases kb on kb.id = d.knowledge_base_id
          left join document_generations g on g.document_id = d.id and g.generation = kb.live_generation
                                          and g.live_revision > d.deleted_revision
          join document_revisions r on r.document_id = d.id and r.kind = 'upsert' and r.content_sha256 is not null
                                   and r.revision > d.deleted_revision
         where d.id = :id and d.tenant_id = :tenant
         order by r.revision = g.live_revision desc nulls last, r.revision desc limit 1
        """).bind("id", documentId).bind("tenant", tenantId)
        .map(row -> new OriginalContent(Sql.need(row, "content_sha256", byte[].class), Sql.number(row, "size_bytes"),
            row.get("file_name", String.class), row.get("media_type", String.class)))
        .one().onErrorMap(StoreFailures::translate);
  }

  private static GenericExecuteSpec filtered(GenericExecuteSpec sql, UUID tenantId, UUID knowledgeBaseId,
      DocumentFilter filter, @Nullable ReaderRights rights) {
    return rights(sql, rights).bind("tenant", tenantId).bind("kb", knowledgeBaseId)
        .bind("status", Objects.requireNonNullElse(filter.status(), ""))
        .bind("source", Objects.requireNonNullElse(filter.source(), ""))
        .bind("title", Objects.requireNonNullElse(filter.title(), ""))
        .bind("external_id", Objects.requireNonNullElse(filter.externalId(), ""));
  }

  static GenericExecuteSpec feeder(GenericExecuteSpec sql, Feeder feeder) {
    return rights(sql, feeder.rights()).bind("feeding_key", feeder.keyId());
  }

  static GenericExecuteSpec rights(GenericExecuteSpec sql, @Nullable ReaderRights rights) {
    var some = rights == null ? new ReaderRights(null, List.of(), List.of(), "public") : rights;
    return Sql.bind(sql.bind("everything", rights == null).bind("clearance", some.clearance()), "user", String.class,
        some.userId()).bind("roles", some.roles().toArray(String[]::new))
        .bind("groups", some.groups().toArray(String[]::new));
  }

  private static DocumentView view(Readable row) {
    return new DocumentView(Sql.need(row, "id", UUID.class), Sql.need(row, "knowledge_base_id", UUID.class),
        Sql.need(row, "title", String.class), Sql.need(row, "metadata", String.class), row.get("source", String.class),
        row.get("external_id", String.class), Sql.need(row, "version", Integer.class),
        Sql.need(row, "chunk_count", Integer.class), Sql.need(row, "processing_status", String.class),
        row.get("stage", String.class), row.get("error_stage", String.class), row.get("error_code", String.class),
        row.get("error_message", String.class), row.get("processing_log", String.class),
        Sql.need(row, "sensitivity_level", String.class), List.of(Sql.need(row, "acl_users", String[].class)),
        List.of(Sql.need(row, "acl_roles", String[].class)), List.of(Sql.need(row, "acl_groups", String[].class)),
        Sql.number(row, "size_bytes"), at(row, "created_at"), at(row, "updated_at"));
  }

  private static ChunkView chunk(Readable row) {
    return new ChunkView(Sql.need(row, "id", UUID.class), Sql.need(row, "ordinal", Integer.class),
        Sql.need(row, "text", String.class), Sql.need(row, "char_start", Integer.class),
        Sql.need(row, "char_end", Integer.class), row.get("page_from", Integer.class),
        row.get("page_to", Integer.class), List.of(Sql.need(row, "heading_path", String[].class)),
        Sql.need(row, "tokens", Integer.class), Sql.need(row, "language", String.class),
        Sql.need(row, "model", String.class));
  }

  private static EventView event(Readable row) {
    return new EventView(Sql.number(row, "seq"), Sql.number(row, "revision"), Sql.need(row, "attempt", Integer.class),
        Sql.need(row, "stage", String.class), Sql.need(row, "generation", Integer.class), at(row, "at"),
        row.get("chunk_count", Integer.class), row.get("equals_revision", Long.class),
        row.get("error_stage", String.class), row.get("error_code", String.class),
        row.get("error_message", String.class));
  }

  private static Instant at(Readable row, String column) {
    return Objects.requireNonNull(Sql.instant(row, column), column);
  }
}
