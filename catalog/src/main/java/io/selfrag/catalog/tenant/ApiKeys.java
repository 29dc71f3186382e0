package io.selfrag.catalog.tenant;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of API keys. A tenant id in a look-up is a condition: another tenant's key is not found. */
public final class ApiKeys {
  private static final String COLUMNS = """
      k.id, k.tenant_id, k.name, k.description, k.role, k.key_prefix, k.scope_kb_ids, k.expires_at,
      k.rate_limit_per_minute, k.identity::text as identity, k.revoked_at, k.last_used_at, k.created_at, k.updated_at
      """;

  private final DatabaseClient client;

  public ApiKeys(CatalogDatabase database) {
    this.client = database.client();
  }

  /** The key whose secret, or whose secret before a rotation still in its grace period, has this SHA-256. */
  public Mono<Credential> byHash(byte[] hash) {
    return client
        .sql("select " + COLUMNS + """
              , t.status as tenant_status, case when k.key_hash = :hash then k.key_hash else k.previous_hash end as hash
              from api_keys k join tenants t on t.id = k.tenant_id
             where k.key_hash = :hash or (k.previous_hash = :hash and k.previous_valid_until > now())
            """)
        .bind("hash", ByteBuffer.wrap(hash))
        .map(row -> new Credential(toKey(row), Objects.requireNonNull(row.get("hash", byte[].class)),
            Sql.text(row, "tenant_status")))
        .one().onErrorMap(StoreFailures::translate);
  }

  /** Stores a new key. */
  public Mono<ApiKey> insert(NewApiKey key) {
    var statement = client
        .sql(
            """
                insert into api_keys as k (id, tenant_id, name, description, role, key_hash, key_prefix, scope_kb_ids, expires_at,
                                           rate_limit_per_minute, identity)
                values (:id, :tenant, :name, :description, :role, :hash, :prefix, :scope, :expires, :rate, :identity::jsonb)
                returning
                """
                + COLUMNS)
        .bind("id", key.id()).bind("tenant", key.tenantId()).bind("name", key.name())
        .bind("role", key.role()).bind("hash", ByteBuffer.wrap(key.hash())).bind("prefix", key.prefix());
    statement = Sql.bind(statement, "description", key.description(), String.class);
    statement = Sql.bindIds(statement, "scope", key.scopeKnowledgeBaseIds());
    statement = Sql.bindTime(statement, "expires", key.expiresAt());
    statement = Sql.bind(statement, "rate", key.rateLimitPerMinute(), Integer.class);
    statement = Sql.bind(statement, "identity", key.identity(), String.class);
    return statement.map(ApiKeys::toKey).one().onErrorMap(StoreFailures::translate);
  }

  /** The tenant's keys, newest first. */
  public Flux<ApiKey> ofTenant(UUID tenantId) {
    return client
        .sql("select " + COLUMNS + " from api_keys k where k.tenant_id = :tenant order by k.created_at desc, k.id")
        .bind("tenant", tenantId).map(ApiKeys::toKey).all().onErrorMap(StoreFailures::translate);
  }

  /**
   * One key.
   *
   * @param tenantId null: of any tenant
   */
  public Mono<ApiKey> find(@Nullable UUID tenantId, UUID id) {
    return Sql
        .bind(client
            .sql("select " + COLUMNS
                + " from api_keys k where k.id = :id and (:tenant::uuid is null or k.tenant_id = :tenant::uuid)")
            .bind("id", id), "tenant", tenantId, UUID.class)
        .map(ApiKeys::toKey).one().onErrorMap(StoreFailures::translate);
  }

  /** Writes all that a tenant may change of a key. */
  public Mono<ApiKey> update(ApiKey key) {
    var statement = client.sql("""
        update api_keys as k set name = :name, description = :description, role = :role, scope_kb_ids = :scope,
               expires_at = :expires, rate_limit_per_minute = :rate, identity = :identity::jsonb, updated_at = now()
         where k.id = :id and k.tenant_id = :tenant
        returning
        """ + COLUMNS).bind("id", key.id()).bind("tenant", key.tenantId()).bind("name", key.name())
        .bind("role", key.role());
    statement = Sql.bind(statement, "description", key.description(), String.class);
    statement = Sql.bindIds(statement, "scope", key.scopeKnowledgeBaseIds());
    statement = Sql.bindTime(statement, "expires", key.expiresAt());
    statement = Sql.bind(statement, "rate", key.rateLimitPerMinute(), Integer.class);
    statement = Sql.bind(statement, "identity", key.identity(), String.class);
    return statement.map(ApiKeys::toKey).one().onErrorMap(StoreFailures::translate);
  }

  /** Revokes for good; a key already revoked stays as it was. */
  public Mono<ApiKey> revoke(@Nullable UUID tenantId, UUID id) {
    return Sql.bind(client.sql("""
        update api_keys as k set revoked_at = coalesce(revoked_at, now()), updated_at = now()
         where k.id = :id and (:tenant::uuid is null or k.tenant_id = :tenant::uuid)
        returning
        """ + COLUMNS).bind("id", id), "tenant", tenantId, UUID.class).map(ApiKeys::toKey).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Gives the key a new secret; the old one works for the grace period. Empty if it is gone or revoked. */
  public Mono<ApiKey> rotate(@Nullable UUID tenantId, UUID id, byte[] newHash, String newPrefix, Duration grace) {
    return Sql.bind(client.sql("""
        update api_keys as k set previous_hash = key_hash,
               previous_valid_until = now() + make_interval(secs => :grace), key_hash = :hash, key_prefix = :prefix,
               updated_at = now()
         where k.id = :id and (:tenant::uuid is null or k.tenant_id = :tenant::uuid) and k.revoked_at is null
        returning
        """ + COLUMNS).bind("id", id).bind("hash", ByteBuffer.wrap(newHash)).bind("prefix", newPrefix)
        .bind("grace", (double) grace.toSeconds()), "tenant", tenantId, UUID.class).map(ApiKeys::toKey).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Removes the key; false if there was none. */
  public Mono<Boolean> delete(@Nullable UUID tenantId, UUID id) {
    return Sql
        .bind(client.sql("delete from api_keys where id = :id and (:tenant::uuid is null or tenant_id = :tenant::uuid)")
            .bind("id", id), "tenant", tenantId, UUID.class)
        .fetch().rowsUpdated().map(rows -> rows > 0).onErrorMap(StoreFailures::translate);
  }

  /** Notes that the key was used, to the minute. */
  public Mono<Void> touch(UUID id) {
    return client.sql("""
        update api_keys set last_used_at = now()
         where id = :id and (last_used_at is null or last_used_at < now() - interval '1 minute')
        """).bind("id", id).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static ApiKey toKey(Readable row) {
    return new ApiKey(Sql.id(row, "id"), Sql.id(row, "tenant_id"), Sql.text(row, "name"),
        row.get("description", String.class), Sql.text(row, "role"), Sql.text(row, "key_prefix"),
        Sql.idsOrNull(row, "scope_kb_ids"), Sql.timeOrNull(row, "expires_at"),
        row.get("rate_limit_per_minute", Integer.class), row.get("identity", String.class),
        Sql.timeOrNull(row, "revoked_at"), Sql.timeOrNull(row, "last_used_at"), Sql.time(row, "created_at"),
        Sql.time(row, "updated_at"));
  }
}
