package io.selfrag.catalog.idempotency;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The table of idempotency keys (S23). A key is forgotten after 24 hours; a claim not completed in 60 s may be taken over. */
public final class IdempotencyKeys {
  private final DatabaseClient client;

  public IdempotencyKeys(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Asks for the work. Commit this before the work begins, so that a second request sees it.
   *
   * @param bodyHash SHA-256 of the request's body
   */
  public Mono<Claim> claim(IdempotencyScope scope, byte[] bodyHash) {
    return client.sql("""
        insert into idempotency_keys as k (credential_id, route, key, body_hash, lease_until)
        values (:credential, :route, :key, :hash, now() + interval '60 seconds')
        on conflict (credential_id, route, key) do update
           set body_hash = excluded.body_hash, state = 'running', lease_until = excluded.lease_until, status = null,
               response = null, resource_id = null, created_at = now()
         where k.created_at < now() - interval '24 hours'
            or (k.state = 'running' and k.lease_until < now() and k.body_hash = excluded.body_hash)
        returning lease_until
        """).bind("credential", scope.credentialId()).bind("route", scope.route()).bind("key", scope.key())
        .bind("hash", ByteBuffer.wrap(bodyHash))
        .map(row -> (Claim) new Claim.Granted(Objects.requireNonNull(row.get("lease_until", OffsetDateTime.class))))
        .one().switchIfEmpty(Mono.defer(() -> existing(scope, bodyHash))).onErrorMap(StoreFailures::translate);
  }

  /**
   * Records the answer; belongs into the transaction of the work.
   *
   * @throws SelfRagException {@code IDEMPOTENCY_IN_PROGRESS} if another request took the claim over
   */
  public Mono<Void> complete(IdempotencyScope scope, Claim.Granted claim, Claim.Done answer) {
    var statement = client
        .sql(
            """
                update idempotency_keys set state = 'done', status = :status, response = :response::jsonb, resource_id = :resource
                 where credential_id = :credential and route = :route and key = :key and state = 'running'
                   and lease_until = :lease
                """)
        .bind("credential", scope.credentialId()).bind("route", scope.route()).bind("key", scope.key())
        .bind("lease", claim.leaseUntil()).bind("status", answer.status());
    statement = bind(statement, "response", answer.response(), String.class);
    statement = bind(statement, "resource", answer.resourceId(), UUID.class);
    return statement.fetch().rowsUpdated().flatMap(rows -> rows == 1 ? Mono.<Void>empty() : Mono.error(inProgress()))
        .onErrorMap(StoreFailures::translate);
  }

  /** Gives the claim back: the work failed and may be tried again under the key. */
  public Mono<Void> abandon(IdempotencyScope scope, Claim.Granted claim) {
    return client.sql("""
        delete from idempotency_keys
         where credential_id = :credential and route = :route and key = :key and state = 'running'
           and lease_until = :lease
        """).bind("credential", scope.credentialId()).bind("route", scope.route()).bind("key", scope.key())
        .bind("lease", claim.leaseUntil()).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Removes forgotten keys. */
  public Mono<Long> removeForgotten() {
    return client.sql("delete from idempotency_keys where created_at < now() - interval '24 hours'").fetch()
        .rowsUpdated().onErrorMap(StoreFailures::translate);
  }

  /** The failure of a request that finds another at work. */
  public static SelfRagException inProgress() {
    return new SelfRagException(ErrorCode.IDEMPOTENCY_IN_PROGRESS,
        "another request with this Idempotency-Key is still running");
  }

  private Mono<Claim> existing(IdempotencyScope scope, byte[] bodyHash) {
    return client.sql("""
        select body_hash = :hash as same_body, state, status, response::text as response, resource_id
          from idempotency_keys where credential_id = :credential and route = :route and key = :key
        """).bind("credential", scope.credentialId()).bind("route", scope.route()).bind("key", scope.key())
        .bind("hash", ByteBuffer.wrap(bodyHash)).map(IdempotencyKeys::toClaim).one()
        // Abandoned between the two statements: the client may try again.
        .defaultIfEmpty(new Claim.InProgress());
  }

  private static Claim toClaim(Readable row) {
    if (!Boolean.TRUE.equals(row.get("same_body", Boolean.class))) {
      return new Claim.OtherBody();
    }
    return "done".equals(row.get("state", String.class))
        ? new Claim.Done(Objects.requireNonNull(row.get("status", Integer.class)), row.get("response", String.class),
            row.get("resource_id", UUID.class))
        : new Claim.InProgress();
  }

  private static <T> DatabaseClient.GenericExecuteSpec bind(DatabaseClient.GenericExecuteSpec statement, String name,
      @Nullable T value, Class<T> type) {
    return value == null ? statement.bindNull(name, type) : statement.bind(name, value);
  }
}
