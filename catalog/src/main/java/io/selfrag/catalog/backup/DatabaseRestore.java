package io.selfrag.catalog.backup;

import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.postgresql.PGConnection;

/**
 * Reads a dump back into an empty database: the schema as it was then, the rows, and only after that the migrations that came
 * since, as if this version had met that database. All rows come in one transaction, or none.
 */
public final class DatabaseRestore {
  private final DatabaseAddress address;
  private final DatabaseDump dump;
  private final Path folder;

  public DatabaseRestore(DatabaseAddress address, DatabaseDump dump, Path folder) {
    this.address = address;
    this.dump = dump;
    this.folder = folder;
  }

  /**
   * Compares every file with what the dump says of it.
   *
   * @throws BackupException naming the first that is missing or damaged
   */
  public static void verify(DatabaseDump dump, Path folder) throws IOException {
    for (DatabaseDump.Table table : dump.tables()) {
      var file = folder.resolve(table.file());
      if (!Files.isRegularFile(file)) {
        throw new BackupException("The backup is incomplete: " + table.file() + " is missing.", null);
      }
      var digest = DatabaseBackup.sha256();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(table.sha256())) {
        throw new BackupException("The backup is damaged: " + table.file() + " is not what was written.", null);
      }
    }
  }

  /**
   * Restores.
   *
   * @param overwrite whether what is there may go; otherwise a database with tenants is left alone
   * @throws BackupException with a sentence, if something else uses the database, it is not empty, or the counts differ after all
   */
  public void run(boolean overwrite) throws IOException {
    requireUsable(overwrite);
    CatalogMigration.anew(address, dump.schema());
    try (var connection = DatabaseBackup.connect(address)) {
      connection.setAutoCommit(false);
      for (DatabaseDump.Table table : dump.tables()) {
        load(connection, table);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new BackupException("The rows could not be written, and none were: " + e.getMessage(), e);
    }
    CatalogMigration.migrate(address);
  }

  /**
   * Looks at whether a restore may begin; nothing is touched.
   *
   * @param overwrite as in {@link #run}
   * @throws BackupException with a sentence, if something else uses the database or it is not empty
   */
  public void requireUsable(boolean overwrite) {
    try (var connection = DatabaseBackup.connect(address)) {
      requireAlone(connection);
      if (hasTenants(connection) && !overwrite) {
        throw new BackupException(
            "The database " + address + " is not empty: it has tenants. Restore into an empty one,"
                + " or give --force to remove what is there.",
            null);
      }
    } catch (SQLException e) {
      throw new BackupException("The database " + address + " cannot be used: " + e.getMessage(), e);
    }
    if (!CatalogMigration.knows(address, dump.schema())) {
      throw new BackupException("The backup is of a newer version of this program (schema " + dump.schema()
          + "): restore it with that version.", null);
    }
  }

  /** True if the database, which others may use, has rows that an index can be compared with. */
  public boolean hasTenants() {
    try (var connection = DatabaseBackup.connect(address)) {
      return hasTenants(connection);
    } catch (SQLException e) {
      throw new BackupException("The database " + address + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whoever is connected would write into what is being restored. */
  private static void requireAlone(Connection connection) throws SQLException {
    try (var statement = connection.createStatement(); var row = statement.executeQuery("""
        select count(*), string_agg(distinct application_name, ', ') from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        """)) {
      row.next();
      if (row.getLong(1) > 0) {
        throw new BackupException("The database is in use by " + row.getString(2) + ": stop the services first.", null);
      }
    }
  }

  private static boolean hasTenants(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var row = statement.executeQuery("select to_regclass('tenants') is not null")) {
        row.next();
        if (!row.getBoolean(1)) {
          return false;
        }
      }
      try (var row = statement.executeQuery("select exists (select 1 from tenants)")) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void load(Connection connection, DatabaseDump.Table table) throws SQLException, IOException {
    long rows;
    try (var in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve(table.file()))))) {
      rows = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(
          "copy " + table.name() + " (" + DatabaseBackup.quoted(table.columns()) + ") from stdin", in);
    }
    if (rows != table.rows()) {
      throw new BackupException("Of " + table.name() + " " + rows + " rows came back instead of " + table.rows() + ".",
          null);
    }
    for (String column : identityColumns(connection, table.name())) {
      try (var statement = connection.createStatement()) {
        // What it gives next is above all that it gave before.
        statement.execute(
            """
                select setval(pg_get_serial_sequence('%1$s', '%2$s'), greatest(coalesce(max("%2$s"), 1), 1), count(*) > 0) from %1$s
                """
                .formatted(table.name(), column));
      }
    }
  }

  private static List<String> identityColumns(Connection connection, String table) throws SQLException {
    var columns = new ArrayList<String>();
    try (var statement = connection.prepareStatement("""
        select column_name from information_schema.columns
         where table_schema = current_schema() and table_name = ? and is_identity = 'YES'
        """)) {
      statement.setString(1, table);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(rows.getString(1));
        }
      }
    }
    return columns;
  }
}
