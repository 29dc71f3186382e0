package io.selfrag.catalog.operator;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of operators' tokens. */
public final class AdminTokens {
  private static final String COLUMNS = " id, name, token_prefix, created_by, expires_at, revoked_at, last_used_at, created_at ";

  private final DatabaseClient client;

  public AdminTokens(CatalogDatabase database) {
    this.client = database.client();
  }

  /** A token and the stored hash that it was found by, for comparison in constant time. */
  public record Found(AdminToken token, byte[] hash) {}

  /** The token whose secret has this SHA-256. */
  public Mono<Found> byHash(byte[] hash) {
    return client.sql("select" + COLUMNS + ", token_hash from admin_tokens where token_hash = :hash")
        .bind("hash", ByteBuffer.wrap(hash))
        .map(row -> new Found(toToken(row), required(row, "token_hash", byte[].class))).one()
        .onErrorMap(StoreFailures::translate);
  }

  public Mono<AdminToken> insert(UUID id, String name, byte[] hash, String prefix, String createdBy,
      @Nullable Instant expiresAt) {
    var statement = client.sql("""
        insert into admin_tokens (id, name, token_hash, token_prefix, created_by, expires_at)
        values (:id, :name, :hash, :prefix, :by, :expires) returning
        """ + COLUMNS).bind("id", id).bind("name", name).bind("hash", ByteBuffer.wrap(hash)).bind("prefix", prefix)
        .bind("by", createdBy);
    statement = expiresAt == null
        ? statement.bindNull("expires", OffsetDateTime.class)
        : statement.bind("expires", expiresAt.atOffset(ZoneOffset.UTC));
    return statement.map(AdminTokens::toToken).one().onErrorMap(StoreFailures::translate);
  }

  /** All, newest first. */
  public Flux<AdminToken> all() {
    return client.sql("select" + COLUMNS + "from admin_tokens order by created_at desc, id").map(AdminTokens::toToken)
        .all().onErrorMap(StoreFailures::translate);
  }

  /** Revokes for good; one already revoked stays as it was. Empty if there is none. */
  public Mono<AdminToken> revoke(UUID id) {
    return client.sql("""
        update admin_tokens set revoked_at = coalesce(revoked_at, now()) where id = :id returning
        """ + COLUMNS).bind("id", id).map(AdminTokens::toToken).one().onErrorMap(StoreFailures::translate);
  }

  /** Removes the token; false if there was none. */
  public Mono<Boolean> delete(UUID id) {
    return client.sql("delete from admin_tokens where id = :id").bind("id", id).fetch().rowsUpdated()
        .map(rows -> rows > 0).onErrorMap(StoreFailures::translate);
  }

  /** Notes that the token was used, to the minute. */
  public Mono<Void> touch(UUID id) {
    return client.sql("""
        update admin_tokens set last_used_at = now()
         where id = :id and (last_used_at is null or last_used_at < now() - interval '1 minute')
        """).bind("id", id).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static AdminToken toToken(Readable row) {
    return new AdminToken(required(row, "id", UUID.class), required(row, "name", String.class),
        required(row, "token_prefix", String.class), required(row, "created_by", String.class), time(row, "expires_at"),
        time(row, "revoked_at"), time(row, "last_used_at"),
        required(row, "created_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant time(Readable row, String column) {
    var value = row.get(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
