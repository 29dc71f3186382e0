package io.selfrag.catalog.backup;

import io.selfrag.catalog.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;

/** Writes every table to a file, all as they were at one moment, while the system goes on. */
public final class DatabaseBackup {
  private DatabaseBackup() {}

  /**
   * Dumps into an empty folder. All tables come from one snapshot: what is committed later is in none of them.
   *
   * @throws BackupException if the database is away, or has no schema of ours
   */
  public static DatabaseDump to(DatabaseAddress address, Path folder) throws IOException {
    try (var connection = connect(address)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      var schema = schema(connection);
      var tables = new ArrayList<DatabaseDump.Table>();
      for (String table : TableOrder.of(connection)) {
        tables.add(dump(connection, table, folder));
      }
      connection.rollback();
      return new DatabaseDump(schema, tables);
    } catch (SQLException e) {
      throw new BackupException("The database " + address + " cannot be read: " + e.getMessage(), e);
    }
  }

  static Connection connect(DatabaseAddress address) throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }

  private static String schema(Connection connection) throws SQLException {
    try (var statement = connection.createStatement(); var row = statement.executeQuery("""
        select version from flyway_schema_history where success and version is not null
         order by installed_rank desc limit 1
        """)) {
      if (!row.next()) {
        throw new BackupException("The database has no schema of this system.", null);
      }
      return row.getString(1);
    }
  }

  private static DatabaseDump.Table dump(Connection connection, String table, Path folder)
      throws SQLException, IOException {
    var columns = TableOrder.columns(connection, table);
    var file = folder.resolve(table + ".copy.gz");
    var digest = sha256();
    long rows;
    try (var out = new GZIPOutputStream(new DigestOutputStream(Files.newOutputStream(file), digest))) {
      rows = connection.unwrap(PGConnection.class).getCopyAPI()
          .copyOut("copy " + table + " (" + quoted(columns) + ") to stdout", out);
    }
    return new DatabaseDump.Table(table, columns, rows, String.valueOf(file.getFileName()),
        HexFormat.of().formatHex(digest.digest()));
  }

  static String quoted(List<String> columns) {
    return columns.stream().map(it -> '"' + it + '"').collect(Collectors.joining(", "));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
