package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.servers.LocalPostgres;
import io.selfrag.servers.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** F6: whatever becomes of the server in the middle of a transaction, the failure is an outage and the work can go on later. */
class DatabaseOutageIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir
  Path folder;
  private LocalPostgres server;
  private CatalogDatabase database;

  @BeforeEach
  void start() {
    server = SharedServers.ownPostgres(folder.resolve("postgres"));
    server.start();
    database = new CatalogDatabase(DatabaseAddress.parse(server.address().url()), "outage", 3, SHORT, LIMIT);
    StoreCalls.await(database.client().sql("create table t (id integer primary key)").fetch().rowsUpdated(), LIMIT);
  }

  @AfterEach
  void stop() {
    database.close();
    server.stop();
  }

  @Test
  void f6aKillDuringATransactionIsAnOutageAndLeavesNothingBehind() throws Exception {
    var transaction = CompletableFuture
        .supplyAsync(() -> catchThrowable(() -> StoreCalls.await(insertAndSleep(), LIMIT)));
    awaitSleeper();

    server.kill();

    assertIsOutage(transaction.get(30, TimeUnit.SECONDS));
    assertIsOutage(catchThrowable(() -> StoreCalls.await(count(), LIMIT)));
    server.start();
    Awaitility.await().atMost(LIMIT).ignoreExceptions()
        .untilAsserted(() -> assertThat(StoreCalls.get(count(), LIMIT)).isZero());
  }

  @Test
  void f6aTerminatedBackendIsAnOutage() throws Exception {
    var transaction = CompletableFuture
        .supplyAsync(() -> catchThrowable(() -> StoreCalls.await(insertAndSleep(), LIMIT)));
    awaitSleeper();

    StoreCalls.await(database.client()
        .sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()")
        .fetch().rowsUpdated(), LIMIT);

    assertIsOutage(transaction.get(30, TimeUnit.SECONDS));
    assertThat(StoreCalls.get(count(), LIMIT)).isZero();
  }

  @Test
  void f6aServerThatHangsIsAnOutageOnceTheTimeIsUp() {
    server.pause();
    try {
      assertIsOutage(catchThrowable(() -> StoreCalls.await(count(), SHORT)));
      assertIsOutage(catchThrowable(() -> StoreCalls.await(database.inTransaction(count()), SHORT)));
    } finally {
      server.resume();
    }
    Awaitility.await().atMost(LIMIT).ignoreExceptions()
        .untilAsserted(() -> assertThat(StoreCalls.get(count(), LIMIT)).isZero());
  }

  private Mono<Long> insertAndSleep() {
    return database.inTransaction(database.client().sql("insert into t values (1)").fetch().rowsUpdated()
        .then(database.client().sql("select pg_sleep(15)").fetch().rowsUpdated()));
  }

  private Mono<Long> count() {
    return database.client().sql("select count(*) as n from t").map(row -> row.get("n", Long.class)).one();
  }

  private void awaitSleeper() {
    Awaitility.await().atMost(LIMIT)
        .until(() -> StoreCalls.get(database.client()
            .sql("select count(*) as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'")
            .map(row -> row.get("n", Long.class)).one(), LIMIT) == 1);
  }

  private static void assertIsOutage(Throwable failure) {
    assertThat(failure).isInstanceOfSatisfying(SelfRagException.class,
        it -> assertThat(it.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }
}
