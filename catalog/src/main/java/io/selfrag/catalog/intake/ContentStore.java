package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Original bytes by tenant and hash (S22), in parts, so that neither side ever holds a document whole. Putting the same bytes
 * again only says that they are still needed.
 */
public final class ContentStore {
  /** Bytes of every part but the last. */
  public static final int PART_BYTES = 1024 * 1024;

  private final CatalogDatabase database;
  private final DatabaseClient client;

  public ContentStore(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /**
   * Stores the bytes, all or nothing.
   *
   * @param parts of {@link #PART_BYTES} each, the last one shorter; consumed one by one, and not at all if the bytes are known
   */
  public Mono<Void> put(UUID tenantId, byte[] sha256, long sizeBytes, Flux<byte[]> parts) {
    int count = Math.toIntExact((sizeBytes + PART_BYTES - 1) / PART_BYTES);
    var insert = client.sql("""
        insert into contents (tenant_id, sha256, size_bytes, parts) values (:tenant, :sha256, :size, :parts)
        on conflict (tenant_id, sha256) do update set referenced_at = now()
        returning xmax = 0 as is_new
        """).bind("tenant", tenantId).bind("sha256", ByteBuffer.wrap(sha256)).bind("size", sizeBytes)
        .bind("parts", count).map(row -> Sql.need(row, "is_new", Boolean.class)).one();
    return database.inTransaction(insert.flatMap(isNew -> isNew
        ? parts.index().concatMap(part -> putPart(tenantId, sha256, part.getT1().intValue(), part.getT2()), 1).then()
        : Mono.empty()));
  }

  private Mono<Long> putPart(UUID tenantId, byte[] sha256, int part, byte[] bytes) {
    return client
        .sql("insert into content_parts (tenant_id, sha256, part, bytes) values (:tenant, :sha256, :part, :bytes)")
        .bind("tenant", tenantId).bind("sha256", ByteBuffer.wrap(sha256)).bind("part", part)
        .bind("bytes", ByteBuffer.wrap(bytes)).fetch().rowsUpdated();
  }

  /** How many parts the bytes have; empty if they are not stored. */
  public Mono<Integer> parts(UUID tenantId, byte[] sha256) {
    return client.sql("select parts from contents where tenant_id = :tenant and sha256 = :sha256")
        .bind("tenant", tenantId).bind("sha256", ByteBuffer.wrap(sha256))
        .map(row -> Sql.need(row, "parts", Integer.class)).one().onErrorMap(StoreFailures::translate);
  }

  /** The bytes, part by part as they are asked for; no connection is held between parts. */
  public Flux<byte[]> read(UUID tenantId, byte[] sha256, int parts) {
    return Flux.range(0, parts).concatMap(part -> client
        .sql("select bytes from content_parts where tenant_id = :tenant and sha256 = :sha256 and part = :part")
        .bind("tenant", tenantId).bind("sha256", ByteBuffer.wrap(sha256)).bind("part", part)
        .map(row -> Sql.need(row, "bytes", byte[].class)).one(), 1).onErrorMap(StoreFailures::translate);
  }
}
