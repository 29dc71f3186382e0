package io.selfrag.standalone.doctor;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.examine.DatabaseExam;
import io.selfrag.standalone.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** PostgreSQL: sessions, statements, tables, and what waits to be processed. */
record DatabaseLook(DatabaseAddress address, Duration limit) implements Look {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final double CROWDED = 0.8;
  private static final double FULL = 0.95;
  private static final long DEAD_ROWS = 100_000;
  private static final double DEAD_SHARE = 0.3;
  /** An upload of the interactive lane is searchable within seconds; the alerts use the same bounds. */
  private static final Duration OLD_INTERACTIVE = Duration.ofMinutes(5);
  private static final Duration OLD_BULK = Duration.ofHours(2);
  private static final int LARGEST = 3;

  @Override
  public String what() {
    return "database";
  }

  @Override
  public List<Finding> findings() {
    try (var database = new CatalogDatabase(address, "selfrag-doctor", 1, limit, limit)) {
      var exam = new DatabaseExam(database);
      var findings = new ArrayList<Finding>();
      findings.add(connections(StoreCalls.get(exam.connections(), limit)));
      findings.add(running(StoreCalls.get(exam.runningLongerThan(LONG), limit)));
      findings.add(StoreCalls.get(exam.countsStatements(), limit)
          ? slow(StoreCalls.get(exam.slowerThan(SLOW), limit))
          : Finding.none("statements", "pg_stat_statements is not there",
              "start PostgreSQL with shared_preload_libraries=pg_stat_statements, then CREATE EXTENSION pg_stat_statements"));
      findings.addAll(tables(StoreCalls.get(exam.tables(), limit)));
      findings.addAll(waiting(StoreCalls.get(exam.waiting(), limit)));
      return findings;
    }
  }

  private static Finding connections(DatabaseExam.Connections now) {
    var said = now.open() + " of " + now.most() + " connections";
    if (now.idleInTransaction() > 0) {
      return Finding.warn("connections", said + ", " + now.idleInTransaction() + " idle in a transaction for 5 min",
          "find them in pg_stat_activity (state 'idle in transaction') and end them with pg_terminate_backend(pid)");
    }
    double share = (double) now.open() / now.most();
    return Finding.of("connections", share > FULL, share > CROWDED, said,
        "raise max_connections, or lower DB_POOL_SIZE of the services");
  }

  private static Finding running(List<DatabaseExam.Running> found) {
    return found.isEmpty()
        ? Finding.ok("long queries", "none runs for longer than " + LONG.toMinutes() + " min")
        : Finding.warn("long queries", found.stream().map(it -> "pid " + it.pid() + " (" + it.application() + ") for "
            + Said.time(it.time()) + ": " + it.statement()).collect(Collectors.joining("; ")),
            "end one with select pg_cancel_backend(pid)");
  }

  private static Finding slow(List<DatabaseExam.Slow> found) {
    return found.isEmpty()
        ? Finding.ok("statements", "none takes longer than " + SLOW.toSeconds() + " s on average")
        : Finding.warn("statements",
            found.stream().map(it -> String.format(Locale.ROOT, "%.0f ms, %d calls: %s", it.meanMillis(), it.calls(),
                it.statement())).collect(Collectors.joining("; ")),
            "EXPLAIN (ANALYZE) the statement; ANALYZE its tables; after a mend select pg_stat_statements_reset()");
  }

  private static List<Finding> tables(List<DatabaseExam.Table> tables) {
    var largest = tables.stream().limit(LARGEST).map(it -> it.name() + " " + Said.bytes(it.bytes()))
        .collect(Collectors.joining(", "));
    var size = Finding.ok("database size",
        Said.bytes(tables.stream().mapToLong(DatabaseExam.Table::bytes).sum()) + "; " + largest);
    var bloated = tables.stream()
        .filter(it -> it.dead() > DEAD_ROWS && it.dead() > DEAD_SHARE * (it.dead() + it.live())).toList();
    var bloat = bloated.isEmpty()
        ? Finding.ok("table bloat", "no table has many dead rows")
        : Finding.warn("table bloat",
            bloated.stream().map(it -> it.name() + ": " + it.dead() + " dead rows beside " + it.live())
                .collect(Collectors.joining("; ")),
            "VACUUM (ANALYZE) the table; if it comes back, look for old transactions and lower autovacuum_vacuum_scale_factor");
    return List.of(size, bloat);
  }

  private static List<Finding> waiting(List<DatabaseExam.Waiting> lanes) {
    if (lanes.isEmpty()) {
      return List.of(Finding.ok("oldest document", "nothing waits"));
    }
    return lanes.stream().map(it -> Finding.of("oldest document", it.overdue() > 0,
        it.oldest().compareTo(it.lane().equals("bulk") ? OLD_BULK : OLD_INTERACTIVE) > 0,
        it.lane() + " lane: " + it.count() + " wait, the oldest for " + Said.time(it.oldest())
            + (it.overdue() > 0 ? ", " + it.overdue() + " past their deadline" : ""),
        Command.name() + " status says which worker is behind; its log says why")).toList();
  }
}
