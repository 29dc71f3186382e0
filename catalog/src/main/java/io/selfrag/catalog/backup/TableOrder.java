package io.selfrag.catalog.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of the schema, each after those that it refers to. */
final class TableOrder {
  private static final String TABLES = """
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
         and c.relname <> 'flyway_schema_history'
       order by c.relname
      """;
  private static final String REFERENCES = """
      select c.relname, r.relname from pg_constraint f
        join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
        join pg_namespace n on n.oid = c.relnamespace
       where f.contype = 'f' and n.nspname = current_schema() and c.oid <> r.oid
      """;

  private TableOrder() {}

  static List<String> of(Connection connection) throws SQLException {
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    try (var statement = connection.createStatement()) {
      try (var rows = statement.executeQuery(TABLES)) {
        while (rows.next()) {
          needs.put(rows.getString(1), new LinkedHashSet<>());
        }
      }
      try (var rows = statement.executeQuery(REFERENCES)) {
        while (rows.next()) {
          var needed = needs.get(rows.getString(1));
          if (needed != null) {
            needed.add(rows.getString(2));
          }
        }
      }
    }
    var ordered = new ArrayList<String>();
    while (ordered.size() < needs.size()) {
      int before = ordered.size();
      needs.forEach((table, needed) -> {
        if (!ordered.contains(table) && ordered.containsAll(needed)) {
          ordered.add(table);
        }
      });
      if (ordered.size() == before) {
        throw new BackupException("Tables refer to each other in a circle: " + needs.keySet() + ".", null);
      }
    }
    return ordered;
  }

  /** The columns that can be written, in their order. */
  static List<String> columns(Connection connection, String table) throws SQLException {
    var columns = new ArrayList<String>();
    try (var statement = connection.prepareStatement("""
        select column_name from information_schema.columns
         where table_schema = current_schema() and table_name = ? and is_generated = 'NEVER' order by ordinal_position
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
