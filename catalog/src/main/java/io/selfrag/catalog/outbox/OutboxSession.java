package io.selfrag.catalog.outbox;

import io.r2dbc.spi.Connection;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The reading side of the outbox, on one connection of its own that also holds the lock: when the connection is lost so is the
 * lock, and nothing can be read any more by who lost it. Not for concurrent use.
 */
public final class OutboxSession {
  // Any number of ours; one lock for each database.
  private static final long LOCK = 0x5E1F_4A60_0B0CL;
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {
  };

  private final Connection connection;
  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  private OutboxSession(Connection connection, DatabaseClient client) {
    this.connection = connection;
    this.client = client;
  }

  /** Takes a connection and the lock; empty if another relay has it. */
  public static Mono<OutboxSession> open(CatalogDatabase database) {
    return Mono.from(database.connectionFactory().create()).flatMap(connection -> {
      var session = new OutboxSession(connection, DatabaseClient
          .create(new SingleConnectionFactory(connection, database.connectionFactory().getMetadata(), true)));
      return session.tryLock().onErrorResume(e -> session.close().then(Mono.error(e)))
          .flatMap(locked -> locked ? Mono.just(session) : session.close().then(Mono.empty()));
    }).onErrorMap(StoreFailures::translate);
  }

  private Mono<Boolean> tryLock() {
    return client.sql("select pg_try_advisory_lock(:lock) as locked").bind("lock", LOCK)
        .map(row -> Boolean.TRUE.equals(row.get("locked", Boolean.class))).one();
  }

  /** The oldest records, in order. */
  public Flux<StoredRecord> oldest(int limit) {
    return client
        .sql("select id, topic, record_key, value, headers::text as headers from outbox order by id limit :limit")
        .bind("limit", limit)
        .map(row -> new StoredRecord(Objects.requireNonNull(row.get("id", Long.class)),
            new OutboxRecord(Objects.requireNonNull(row.get("topic", String.class)),
                row.get("record_key", String.class),
                Objects.requireNonNull(row.get("value", byte[].class)),
                json.readValue(Objects.requireNonNull(row.get("headers", String.class)), HEADERS))))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** Removes records that the broker has. */
  public Mono<Void> remove(List<Long> ids) {
    return client.sql("delete from outbox where id = any(:ids)").bind("ids", ids.toArray(Long[]::new)).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Gives lock and connection back. */
  public Mono<Void> close() {
    return client.sql("select pg_advisory_unlock_all()").fetch().rowsUpdated().then().onErrorComplete()
        .then(Mono.from(connection.close())).onErrorComplete();
  }
}
