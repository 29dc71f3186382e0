package io.selfrag.catalog.intake;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.avro.Sensitivity;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads what is visible of a knowledge base, a page at a time in the order of the ids; no connection is held between pages. */
public final class ExportReads {
  private static final UUID FIRST = new UUID(0, 0);

  private final DatabaseClient client;

  public ExportReads(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Documents with a live version.
   *
   * @param rights null reads everything
   * @param after the last one of the page before; null at first
   */
  public Mono<List<ExportedDocument>> documents(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights,
      @Nullable UUID after, int limit) {
    return read(tenantId, knowledgeBaseId, rights, "d.id > :id order by d.id limit " + limit,
        Objects.requireNonNullElse(after, FIRST)).collectList().onErrorMap(StoreFailures::translate);
  }

  /** One of them as it is now; empty if it may not be read or has no live version any more. */
  public Mono<ExportedDocument> document(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights, UUID id) {
    return read(tenantId, knowledgeBaseId, rights, "d.id = :id", id).next().onErrorMap(StoreFailures::translate);
  }

  private Flux<ExportedDocument> read(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights, String which,
      UUID id) {
    return DocumentReads.rights(client.sql("""
        select d.tenant_id, d.id, d.external_id, d.title, d.metadata::text as metadata, d.source, d.sensitivity_level,
               d.acl_users, d.acl_roles, d.acl_groups, d.version, d.created_at, d.updated_at, g.generation,
               g.live_revision, g.live_attempt, g.chunk_count, r.content_sha256, r.size_bytes, r.file_name,
               r.media_type, c.parts
          from documents d
          join knowledge_bases kb on kb.id = d.knowledge_base_id and kb.status <> 'deleting'
          join document_generations g on g.document_id = d.id and g.generation = kb.live_generation
               and g.live_revision > d.deleted_revision
          join document_revisions r on r.document_id = d.id and r.revision = g.live_revision
          left join contents c on c.tenant_id = d.tenant_id and c.sha256 = r.content_sha256
         where d.tenant_id = :tenant and d.knowledge_base_id = :kb and
        """ + DocumentReads.READABLE + " and " + which), rights).bind("tenant", tenantId).bind("kb", knowledgeBaseId)
        .bind("id", id).map(ExportReads::document).all();
  }

  /**
   * Chunks of the document's version, by ordinal; fewer than announced if the version has been replaced meanwhile.
   *
   * @param from the first ordinal
   */
  public Mono<List<ExportedChunk>> chunks(ExportedDocument document, int from, int limit, boolean withVectors) {
    return client.sql("""
        select c.id, c.ordinal, c.text, c.char_start, c.char_end, c.page_from, c.page_to, c.heading_path, c.tokens,
               c.language, c.model, v.vector
          from chunks c left join chunk_vectors v on :vectors and v.chunk_id = c.id
         where c.tenant_id = :tenant and c.document_id = :document and c.generation = :generation
           and c.revision = :revision and c.attempt = :attempt and c.ordinal >= :from order by c.ordinal limit :limit
        """).bind("vectors", withVectors).bind("tenant", document.tenantId()).bind("document", document.id())
        .bind("generation", document.generation()).bind("revision", document.revision())
        .bind("attempt", document.attempt()).bind("from", from).bind("limit", limit).map(ExportReads::chunk).all()
        .collectList().onErrorMap(StoreFailures::translate);
  }

  private static ExportedDocument document(Readable row) {
    var attributes = new DocumentAttributes(Sql.need(row, "title", String.class),
        Sql.need(row, "metadata", String.class), row.get("source", String.class),
        Sensitivity.valueOf(Sql.need(row, "sensitivity_level", String.class).toUpperCase(Locale.ROOT)),
        List.of(Sql.need(row, "acl_users", String[].class)), List.of(Sql.need(row, "acl_roles", String[].class)),
        List.of(Sql.need(row, "acl_groups", String[].class)));
    return new ExportedDocument(Sql.need(row, "tenant_id", UUID.class), Sql.need(row, "id", UUID.class),
        row.get("external_id", String.class), attributes, Sql.need(row, "version", Integer.class),
        Sql.need(row, "generation", Integer.class), Sql.number(row, "live_revision"),
        Sql.need(row, "live_attempt", Integer.class), Sql.need(row, "chunk_count", Integer.class),
        Objects.requireNonNull(Sql.instant(row, "created_at")), Objects.requireNonNull(Sql.instant(row, "updated_at")),
        Sql.need(row, "content_sha256", byte[].class), Sql.number(row, "size_bytes"),
        row.get("file_name", String.class), row.get("media_type", String.class), row.get("parts", Integer.class));
  }

  private static ExportedChunk chunk(Readable row) {
    return new ExportedChunk(Sql.need(row, "id", UUID.class), Sql.need(row, "ordinal", Integer.class),
        Sql.need(row, "text", String.class), Sql.need(row, "char_start", Integer.class),
        Sql.need(row, "char_end", Integer.class), row.get("page_from", Integer.class),
        row.get("page_to", Integer.class), List.of(Sql.need(row, "heading_path", String[].class)),
        Sql.need(row, "tokens", Integer.class), Sql.need(row, "language", String.class),
        Sql.need(row, "model", String.class), row.get("vector", byte[].class));
  }
}
