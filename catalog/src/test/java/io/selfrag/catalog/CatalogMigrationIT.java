package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.catalog.holds.BulkHolds;
import io.selfrag.catalog.holds.HeldWork;
import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.servers.SharedServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogMigrationIT {
  private static final String PREVIOUS = "13";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final DatabaseAddress address = DatabaseAddress.parse(SharedServers.freshDatabase().url());

  @Test
  void migratingTwiceChangesNothing() throws SQLException {
    CatalogMigration.migrateUnlessNewer(address);
    long applied = applied();

    CatalogMigration.migrateUnlessNewer(address);

    assertThat(applied()).isEqualTo(applied).isPositive();
  }

  @Test
  void aSchemaOfANewerVersionIsRefusedWhereTheDatabaseIsOnesOwn() throws SQLException {
    CatalogMigration.migrate(address);
    try (var connection = connect(); var statement = connection.createStatement()) {
      statement.executeUpdate("""
          insert into flyway_schema_history
            (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
          values (1000, '999', 'later', 'SQL', 'V999__later.sql', 1, 'kb', 1, true)
          """);
    }

    assertThatThrownBy(() -> CatalogMigration.migrateUnlessNewer(address)).isInstanceOf(NewerDatabaseException.class)
        .hasMessageMatching("The database was written by a newer version of this program \\(its schema is 999, this"
            + " version knows [0-9]+\\): start that version\\.");
    CatalogMigration.migrate(address); // services of both versions meet while one is rolled out
  }

  /** The version before this one: what it writes must be readable after the upgrade, and writable while both run or after a rollback. */
  @Test
  void whatThePreviousVersionWroteIsThereAfterTheUpgradeAndItsStatementsStillWork() throws Exception {
    CatalogMigration.anew(address, PREVIOUS);
    writeAsThePreviousVersion(1);

    CatalogMigration.migrateUnlessNewer(address);
    writeAsThePreviousVersion(2);

    try (var database = new CatalogDatabase(address, "test", 2, LIMIT, LIMIT)) {
      for (int i = 1; i <= 2; i++) {
        var prefix = i + "0000000-0000-4000-8000-00000000000";
        var tenant = UUID.fromString(prefix + "1");
        var job = Objects
            .requireNonNull(new IngestJobs(database).find(tenant, UUID.fromString(prefix + "3")).block(LIMIT));
        assertThat(job.states()).isEqualTo(Map.of("indexed", 1L, "processing", 1L));
        assertThat(job.cancelled() || job.paused()).isFalse();
        assertThat(new BulkHolds(database).standing(tenant, null).block(LIMIT))
            .isEqualTo(new HeldWork(tenant, null, "running", null, 1, 0));
      }
      assertThat(new DeadLetterQueries(database).list(new DeadLetterFilter(null, null, null, null, null, null), 1, 10)
          .block(LIMIT).total()).isEqualTo(2);
      assertThat(new LedgerQueries(database).openWork().collectList().block(LIMIT)).hasSize(1)
          .allSatisfy(it -> assertThat(it.revisions()).isEqualTo(2));
    }
  }

  private void writeAsThePreviousVersion(int time) throws Exception {
    try (var script = Objects.requireNonNull(getClass().getResourceAsStream("/previous-version.sql"));
        var connection = connect();
        var statement = connection.createStatement()) {
      for (String line : new String(script.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("--")) {
          statement.execute(line.replace("@", Integer.toString(time)));
        }
      }
    }
  }

  private long applied() throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from flyway_schema_history")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }
}
