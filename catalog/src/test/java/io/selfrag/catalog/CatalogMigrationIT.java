package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.servers.SharedServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CatalogMigrationIT {
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
