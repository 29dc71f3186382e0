package io.selfrag.catalog.examine;

import static io.selfrag.catalog.RequiredColumn.required;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Looks at PostgreSQL's own views; changes nothing. What only a superuser sees of others' sessions is left out for others. */
public final class DatabaseExam {
  private static final int SHOWN = 5;

  private final DatabaseClient client;

  public DatabaseExam(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Sessions of the server.
   *
   * @param idleInTransaction those that have held a transaction open for five minutes and do nothing
   */
  public record Connections(long open, long most, long idleInTransaction) {}

  /** A statement that runs now; the text is cut. */
  public record Running(int pid, String application, Duration time, String statement) {}

  /** A statement as {@code pg_stat_statements} knows it; the text is cut and has no values. */
  public record Slow(String statement, double meanMillis, long calls) {}

  /**
   * A table with its indexes.
   *
   * @param dead rows that no one sees any more and that wait for a vacuum
   */
  public record Table(String name, long bytes, long live, long dead) {}

  /** Revisions that are open. */
  public record Waiting(String lane, long count, Duration oldest, long overdue) {}

  public Mono<Connections> connections() {
    return client.sql("""
        select count(*) as open, current_setting('max_connections')::bigint as most,
               count(*) filter (where state like 'idle in transaction%' and state_change < now() - interval '5 minutes')
                 as idle
          from pg_stat_activity where backend_type = 'client backend'
        """).map(row -> new Connections(required(row, "open", Long.class), required(row, "most", Long.class),
        required(row, "idle", Long.class))).one().onErrorMap(StoreFailures::translate);
  }

  /** Statements that have run for longer than this, the longest first. */
  public Mono<List<Running>> runningLongerThan(Duration time) {
    return client
        .sql(
            """
                select pid, coalesce(application_name, '') as application, left(regexp_replace(query, '\\s+', ' ', 'g'), 120) as statement,
                       extract(epoch from clock_timestamp() - query_start)::float8 as seconds
                  from pg_stat_activity
                 where backend_type = 'client backend' and state = 'active' and pid <> pg_backend_pid()
                   and query_start < now() - make_interval(secs => :seconds)
                 order by query_start limit :shown
                """)
        .bind("seconds", (double) time.toSeconds()).bind("shown", SHOWN)
        .map(row -> new Running(required(row, "pid", Integer.class), required(row, "application", String.class),
            Duration.ofMillis((long) (required(row, "seconds", Double.class) * 1000)),
            required(row, "statement", String.class)))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** Whether statements are counted in this database. */
  public Mono<Boolean> countsStatements() {
    return client.sql("select exists (select 1 from pg_extension where extname = 'pg_stat_statements') as there")
        .map(row -> required(row, "there", Boolean.class)).one().onErrorMap(StoreFailures::translate);
  }

  /** Statements of this database that take longer than this on average, the slowest first. */
  public Mono<List<Slow>> slowerThan(Duration mean) {
    return client.sql("""
        select left(regexp_replace(query, '\\s+', ' ', 'g'), 120) as statement, mean_exec_time, calls
          from pg_stat_statements
         where mean_exec_time > :millis and dbid = (select oid from pg_database where datname = current_database())
         order by mean_exec_time desc limit :shown
        """).bind("millis", (double) mean.toMillis()).bind("shown", SHOWN)
        .map(row -> new Slow(required(row, "statement", String.class), required(row, "mean_exec_time", Double.class),
            required(row, "calls", Long.class)))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** Tables, the largest first. */
  public Mono<List<Table>> tables() {
    return client.sql("""
        select relname as name, pg_total_relation_size(relid) as bytes, n_live_tup, n_dead_tup
          from pg_stat_user_tables order by 2 desc
        """)
        .map(row -> new Table(required(row, "name", String.class), required(row, "bytes", Long.class),
            required(row, "n_live_tup", Long.class), required(row, "n_dead_tup", Long.class)))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** What was accepted and has not ended, by lane; lanes in which nothing waits are left out. */
  public Mono<List<Waiting>> waiting() {
    return client.sql("""
        select lane, count(*) as n, extract(epoch from now() - min(accepted_at))::float8 as seconds,
               count(*) filter (where deadline_at < now()) as overdue
          from document_revisions
         where state in ('accepting', 'pending', 'processing') and deadline_at < 'infinity' group by lane order by lane
        """)
        .map(row -> new Waiting(required(row, "lane", String.class), required(row, "n", Long.class),
            Duration.ofMillis((long) (required(row, "seconds", Double.class) * 1000)),
            required(row, "overdue", Long.class)))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }
}
