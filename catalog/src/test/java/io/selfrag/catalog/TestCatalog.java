package io.selfrag.catalog;

import io.selfrag.servers.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A migrated database of its own on the PostgreSQL that all tests of the JVM share. */
public final class TestCatalog implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final DatabaseAddress address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
  private final CatalogDatabase database;

  public TestCatalog() {
    CatalogMigration.migrate(address);
    database = new CatalogDatabase(address, "test", 8, LIMIT, LIMIT);
  }

  public CatalogDatabase database() {
    return database;
  }

  public DatabaseAddress address() {
    return address;
  }

  /** Empties every table. */
  public void clear() {
    var tables = column("""
        select string_agg(quote_ident(tablename), ', ') from pg_tables
         where schemaname = 'public' and tablename <> 'flyway_schema_history'
        """);
    sql("truncate " + tables.getFirst() + " restart identity cascade");
  }

  /** Runs statements, each by itself. */
  public void sql(String... statements) {
    for (String statement : statements) {
      run(database.client().sql(statement).fetch().rowsUpdated());
    }
  }

  /** The first column of all rows, as text; {@code null} stays a text too. */
  public List<String> column(String query) {
    return all(database.client().sql(query).map(row -> String.valueOf(row.get(0))).all());
  }

  /** The one value of the one row, as text. */
  public String value(String query) {
    var rows = column(query);
    if (rows.size() != 1) {
      throw new AssertionError("one row was expected of " + query + ", found " + rows);
    }
    return rows.getFirst();
  }

  public long number(String query) {
    return Long.parseLong(value(query));
  }

  /** Waits for the result. */
  public <T> T get(Mono<T> work) {
    return Objects.requireNonNull(work.block(LIMIT));
  }

  /** Waits for the end. */
  public void run(Mono<?> work) {
    work.block(LIMIT);
  }

  /** Waits for all elements. */
  public <T> List<T> all(Flux<T> work) {
    return get(work.collectList());
  }

  @Override
  public void close() {
    database.close();
  }
}
