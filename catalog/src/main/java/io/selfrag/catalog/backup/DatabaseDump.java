package io.selfrag.catalog.backup;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a dump holds.
 *
 * @param schema version of the last migration
 * @param tables each after those that it refers to
 */
public record DatabaseDump(String schema, List<Table> tables) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  public DatabaseDump {
    tables = List.copyOf(tables);
  }

  /**
   * One table in one file.
   *
   * @param file name inside the dump's folder: PostgreSQL's text format, compressed with gzip
   * @param sha256 of the file, in hexadecimal digits
   */
  public record Table(String name, List<String> columns, long rows, String file, String sha256) {
    public Table {
      columns = List.copyOf(columns);
      // They become statements and paths, and a file may have been changed by anyone.
      if (!NAME.matcher(name).matches() || !file.equals(name + ".copy.gz")
          || !columns.stream().allMatch(it -> NAME.matcher(it).matches())) {
        throw new BackupException("The backup is damaged: it names a table " + name + " in " + file + ".", null);
      }
    }
  }

  /** How many rows a table has; 0 for one that the dump does not know. */
  public long rows(String table) {
    return tables.stream().filter(it -> it.name().equals(table)).mapToLong(Table::rows).sum();
  }
}
