package io.selfrag.catalog;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.ConnectionFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The pooled database. Opens no connection until first used, so that a database that is away degrades health and does not
 * stop the start. Safe for concurrent callers. Failures come out as {@code SelfRagException} where they pass through
 * {@link #inTransaction} or {@link StoreFailures}.
 */
public final class CatalogDatabase implements AutoCloseable {
  /** On top of what the server grants a statement. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ConnectionPool pool;
  private final DatabaseClient client;
  private final TransactionalOperator transactions;

  /**
   * @param applicationName shown by PostgreSQL's own views
   * @param maxConnections at most as many connections as this
   * @param acquireTimeout longest wait for a connection
   * @param statementTimeout longest run of one statement, held by the server; one that says nothing for a little longer is given up
   */
  public CatalogDatabase(DatabaseAddress address, String applicationName, int maxConnections, Duration acquireTimeout,
      Duration statementTimeout) {
    this(address, applicationName, maxConnections, acquireTimeout, statementTimeout, UnaryOperator.identity(),
        InetAddress::getAllByName);
  }

  /**
   * @param observed what stands between the pool and the driver, to look at statements on their way
   * @param names which addresses the database's name has
   */
  CatalogDatabase(DatabaseAddress address, String applicationName, int maxConnections, Duration acquireTimeout,
      Duration statementTimeout, UnaryOperator<ConnectionFactory> observed, ResolvedConnections.Names names) {
    var connections = new ResolvedConnections(address, () -> settings(address, applicationName, statementTimeout),
        names);
    this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(observed.apply(connections))
        .name(applicationName)
        .initialSize(0).minIdle(0).maxSize(maxConnections).maxIdleTime(Duration.ofMinutes(5))
        .maxAcquireTime(acquireTimeout).acquireRetry(1).build());
    var first = Mono.delay(statementTimeout.plus(GRACE));
    // The server ends what takes too long, unless it is frozen or out of reach with its connections open.
    this.client = DatabaseClient.builder().connectionFactory(pool)
        .executeFunction(
            statement -> Flux.from(statement.execute()).timeout(first).map(it -> new TimedResult(it, first)))
        .build();
    this.transactions = TransactionalOperator.create(new R2dbcTransactionManager(pool));
  }

  private static PostgresqlConnectionConfiguration.Builder settings(DatabaseAddress address, String applicationName,
      Duration statementTimeout) {
    var settings = PostgresqlConnectionConfiguration.builder().port(address.port())
        .database(address.database()).username(address.user()).password(address.password())
        .applicationName(applicationName).connectTimeout(Duration.ofSeconds(5)).statementTimeout(statementTimeout)
        .tcpKeepAlive(true);
    String sslMode = address.options().get("sslmode");
    return sslMode == null ? settings : settings.sslMode(SSLMode.fromValue(sslMode));
  }

  /** Runs statements; each joins the transaction that surrounds it, or commits by itself. */
  public DatabaseClient client() {
    return client;
  }

  /** For the rare need of a connection of one's own. */
  public ConnectionFactory connectionFactory() {
    return pool;
  }

  /** Runs the work in one transaction; an error rolls it back and comes out translated. */
  public <T> Mono<T> inTransaction(Mono<T> work) {
    return transactions.transactional(work).onErrorMap(StoreFailures::translate);
  }

  /** Runs the work in one transaction that ends with the last element. */
  public <T> Flux<T> inTransaction(Flux<T> work) {
    return transactions.transactional(work).onErrorMap(StoreFailures::translate);
  }

  /** Completes if the database answers. */
  public Mono<Void> ping() {
    return client.sql("select 1").fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  @Override
  public void close() {
    pool.dispose();
  }
}
