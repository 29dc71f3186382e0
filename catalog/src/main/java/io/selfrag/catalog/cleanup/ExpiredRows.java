package io.selfrag.catalog.cleanup;

import static io.selfrag.catalog.RequiredColumn.required;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Rows that have outlived their use: jobs whose documents have all ended, dead letters that were tried again, reconciliations. Never a
 * document, a revision or a tombstone. The audit log, idempotency keys and originals go by themselves.
 */
public final class ExpiredRows {
  private static final int SLICE = 1000;
  private static final List<Kind> KINDS = List.of(
      new Kind("ingest jobs", "ingest_jobs", """
          complete and updated_at < now() - make_interval(secs => :age)
            and not exists (select 1 from document_revisions r where r.job_id = t.id
                              and r.state in ('accepting', 'pending', 'processing'))
          """),
      new Kind("dead letters that were tried again", "dead_letters",
          "replayed_at < now() - make_interval(secs => :age)"),
      new Kind("reconciliations", "reconciliations", "finished_at < now() - make_interval(secs => :age)"));

  private final DatabaseClient client;

  public ExpiredRows(CatalogDatabase database) {
    this.client = database.client();
  }

  private record Kind(String name, String table, String condition) {}

  /** How many there are, or were removed. */
  public record Expired(String what, long rows) {}

  /** Counts those older than this. */
  public Mono<List<Expired>> count(Duration age) {
    return Flux.fromIterable(KINDS)
        .concatMap(kind -> client
            .sql("select count(*) as n from " + kind.table() + " t where " + kind.condition())
            .bind("age", (double) age.toSeconds()).map(row -> required(row, "n", Long.class)).one()
            .map(rows -> new Expired(kind.name(), rows)))
        .collectList().onErrorMap(StoreFailures::translate);
  }

  /** Removes those older than this, a thousand in a statement. */
  public Mono<List<Expired>> remove(Duration age) {
    return Flux.fromIterable(KINDS)
        .concatMap(kind -> slice(kind, age).expand(rows -> rows < SLICE ? Mono.empty() : slice(kind, age))
            .reduce(0L, Long::sum).map(rows -> new Expired(kind.name(), rows)))
        .collectList().onErrorMap(StoreFailures::translate);
  }

  private Mono<Long> slice(Kind kind, Duration age) {
    return client
        .sql("delete from " + kind.table() + " where id in (select id from " + kind.table() + " t where "
            + kind.condition() + " limit " + SLICE + ")")
        .bind("age", (double) age.toSeconds()).fetch().rowsUpdated();
  }
}
