package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Revisions that have not ended: how many there are, and those that should have ended by now (S12). */
public final class OpenWork {
  private static final String OVERDUE = """
      select r.tenant_id, r.knowledge_base_id, r.document_id, r.revision, r.attempt, r.kind,
             -- What the ledger has may be the count of a generation that was live before (S19).
             case when not exists (select 1 from generations g where g.knowledge_base_id = k.id and g.generation <> k.live_generation)
                  then r.chunk_count
                  else (select e.chunk_count from document_events e
                         where e.document_id = r.document_id and e.revision = r.revision and e.attempt = r.attempt
                           and e.stage = 'chunked' and e.generation = k.live_generation) end as chunk_count,
             k.live_generation
        from document_revisions r join knowledge_bases k on k.id = r.knowledge_base_id
       where r.state in ('pending', 'processing') and r.deadline_at < now()
         and k.status <> 'deleting' and (r.document_id, r.revision) > (:document, :revision)
       order by r.document_id, r.revision limit :limit
      """;

  private static final UUID FIRST = new UUID(0, 0);

  private final DatabaseClient client;

  public OpenWork(CatalogDatabase database) {
    this.client = database.client();
  }

  /** A revision past its deadline, as its knowledge base's live generation sees it. */
  public record Overdue(Version version, String kind, IndexChange.Reconsider again) {}

  /**
   * How much is open.
   *
   * @param state accepting, pending, processing, or parked where an operator holds it back
   * @param lane interactive or bulk
   * @param oldest age of the oldest
   */
  public record Open(String state, String lane, long count, Duration oldest) {}

  /**
   * A page of revisions past their deadline, by document and revision.
   *
   * @param afterDocument where the page before ended; {@code null} at first
   * @param afterRevision of that document
   */
  public Mono<List<Overdue>> overdue(@Nullable UUID afterDocument, long afterRevision, int limit) {
    return client.sql(OVERDUE).bind("document", Objects.requireNonNullElse(afterDocument, FIRST))
        .bind("revision", afterRevision).bind("limit", limit)
        .map(row -> overdue(row)).all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** What is open now, by state and lane; those with nothing in them are left out. */
  public Mono<List<Open>> open() {
    return client.sql("""
        select case when deadline_at = 'infinity' then 'parked' else state end as state, lane, count(*) as n,
               extract(epoch from now() - min(accepted_at))::float8 as age
          from document_revisions where state in ('accepting', 'pending', 'processing') group by 1, lane
        """)
        .map(row -> new Open(Columns.text(row, "state"), Columns.text(row, "lane"), Columns.bigint(row, "n"), age(row)))
        .all().collectList()
        .onErrorMap(StoreFailures::translate);
  }

  private static Duration age(Readable row) {
    var seconds = row.get("age", Double.class);
    return seconds == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, Math.round(seconds * 1000)));
  }

  private static Overdue overdue(Readable row) {
    var version = new Version(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "document_id"), Columns.integer(row, "live_generation"), Columns.bigint(row, "revision"),
        Columns.integer(row, "attempt"));
    return new Overdue(version, Columns.text(row, "kind"),
        new IndexChange.Reconsider(version, row.get("chunk_count", Integer.class)));
  }
}
