package io.selfrag.catalog.operator;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of settings that operators make while the system runs; a few rows. */
public final class ConfigOverrides {
  private final CatalogDatabase database;
  private final DatabaseClient client;

  public ConfigOverrides(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** All of them. */
  public Flux<ConfigOverride> all() {
    return client.sql("select key, value, updated_by, updated_at from system_config order by key")
        .map(ConfigOverrides::toOverride).all().onErrorMap(StoreFailures::translate);
  }

  /**
   * Runs the work in a transaction in which nobody else changes the table, so that what it decides of all rows together holds.
   *
   * @param work given the rows as they are
   */
  public <T> Mono<T> exclusively(Function<List<ConfigOverride>, Mono<T>> work) {
    return database.inTransaction(client.sql("lock table system_config in share row exclusive mode").fetch()
        .rowsUpdated().then(Mono.defer(() -> all().collectList())).flatMap(work));
  }

  /** Sets a value; idempotent. */
  public Mono<Void> put(String key, String value, String updatedBy) {
    return client.sql("""
        insert into system_config (key, value, updated_by) values (:key, :value, :by)
        on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = now()
        """).bind("key", key).bind("value", value).bind("by", updatedBy).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** Removes values; those that are not there stay away. */
  public Mono<Void> remove(Collection<String> keys) {
    return client.sql("delete from system_config where key = any(:keys)").bind("keys", keys.toArray(String[]::new))
        .fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static ConfigOverride toOverride(Readable row) {
    return new ConfigOverride(required(row, "key", String.class), required(row, "value", String.class),
        required(row, "updated_by", String.class), required(row, "updated_at", OffsetDateTime.class).toInstant());
  }
}
