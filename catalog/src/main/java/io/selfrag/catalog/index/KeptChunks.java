package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads all chunk rows, a window of documents at a time, without a transaction that lasts longer than a page. */
public final class KeptChunks {
  private static final int WINDOW = 200;
  private static final byte[] NO_VECTOR = new byte[0];

  private final DatabaseClient client;

  public KeptChunks(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * A document in the order in which all are gone through.
   *
   * @param chunks how many rows it has, of all versions
   */
  public record Counted(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long chunks) {}

  /**
   * The documents after the given one in the order of tenant, knowledge base and id; empty at the end.
   *
   * @param only the tenant of which documents are wanted; null for every tenant
   */
  public Mono<List<Counted>> documentsAfter(@Nullable UUID only, UUID tenantId, UUID knowledgeBaseId, UUID documentId) {
    var statement = client.sql("""
        select d.tenant_id, d.knowledge_base_id, d.id,
               (select count(*) from chunks c where c.document_id = d.id) as chunks
          from documents d
         where (d.tenant_id, d.knowledge_base_id, d.id) > (:tenant, :base, :document)
        """ + (only == null ? "" : " and d.tenant_id = :only")
        + " order by d.tenant_id, d.knowledge_base_id, d.id limit :window").bind("tenant", tenantId)
        .bind("base", knowledgeBaseId).bind("document", documentId).bind("window", WINDOW);
    return (only == null ? statement : statement.bind("only", only))
        .map(row -> new Counted(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
            Columns.uuid(row, "id"), Columns.bigint(row, "chunks")))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** All chunk rows of these documents with their vectors. */
  public Mono<List<KeptChunk>> of(Collection<UUID> documents) {
    return client.sql(SELECT + " where c.document_id = any(:documents)").bind("documents",
        documents.toArray(UUID[]::new)).map(row -> kept(row)).all().collectList()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * A page of one document's chunk rows.
   *
   * @param last of the page before, or null
   */
  public Mono<List<KeptChunk>> of(UUID document, @Nullable KeptChunk last, int limit) {
    var after = Objects.requireNonNullElseGet(KeptChunk.Position.of(last),
        () -> new KeptChunk.Position(-1, -1, -1, -1));
    return client.sql(SELECT + """
         where c.document_id = :document
           and (c.generation, c.revision, c.attempt, c.ordinal) > (:generation, :revision, :attempt, :ordinal)
         order by c.generation, c.revision, c.attempt, c.ordinal limit :limit
        """).bind("document", document).bind("generation", after.generation()).bind("revision", after.revision())
        .bind("attempt", after.attempt()).bind("ordinal", after.ordinal()).bind("limit", limit).map(row -> kept(row))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** Those of the chunks that have rows now. */
  public Mono<Set<UUID>> existing(Collection<UUID> chunks) {
    return client.sql("select id from chunks where id = any(:ids)").bind("ids", chunks.toArray(UUID[]::new))
        .map(row -> Columns.uuid(row, "id")).all().collect(Collectors.toSet()).onErrorMap(StoreFailures::translate);
  }

  /** Those of the documents of which something waits to be purged. */
  public Mono<Set<UUID>> withPurges(Collection<UUID> documents) {
    return client.sql("select distinct document_id from purges where document_id = any(:ids)")
        .bind("ids", documents.toArray(UUID[]::new)).map(row -> Columns.uuid(row, "document_id")).all()
        .collect(Collectors.toSet()).onErrorMap(StoreFailures::translate);
  }

  private static final String SELECT = """
      select c.id, c.tenant_id, c.knowledge_base_id, c.document_id, c.generation, c.revision, c.attempt, c.ordinal, c.text,
             c.context, c.char_start, c.char_end, coalesce(c.page_from, 0) as page_from, coalesce(c.page_to, 0) as page_to,
             c.heading_path, c.tokens, c.language, c.parent_text, c.model, v.vector
        from chunks c left join chunk_vectors v on v.chunk_id = c.id
      """;

  private static KeptChunk kept(Readable row) {
    var version = new Version(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "document_id"), Columns.integer(row, "generation"), Columns.bigint(row, "revision"),
        Columns.integer(row, "attempt"));
    var vector = row.get("vector", byte[].class);
    return new KeptChunk(new ChunkRow(Columns.uuid(row, "id"), version, Columns.integer(row, "ordinal"), 0,
        Columns.text(row, "text"), Columns.text(row, "context"), Columns.integer(row, "char_start"),
        Columns.integer(row, "char_end"), Columns.integer(row, "page_from"), Columns.integer(row, "page_to"),
        Columns.texts(row, "heading_path"), Columns.integer(row, "tokens"), Columns.text(row, "language"),
        row.get("parent_text", String.class), Columns.text(row, "model"), vector == null ? NO_VECTOR : vector));
  }
}
