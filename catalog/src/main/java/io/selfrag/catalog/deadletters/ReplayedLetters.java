package io.selfrag.catalog.deadletters;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/** Follows letters that were replayed: to the end of their documents, or to the next dead letter of the same record. */
public final class ReplayedLetters {
  private final DatabaseClient client;

  public ReplayedLetters(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Where they are now.
   *
   * @param since when the first of them was replayed, by the broker's clock; what was given up later was given up again
   */
  public Flux<ReplayedLetter> of(Collection<UUID> ids, Instant since) {
    return client.sql("""
        select l.id, r.state, r.error_code, r.error_message, n.code, n.message
          from dead_letters l
          left join lateral (
            select state, error_code, error_message from document_revisions
             where tenant_id = l.tenant_id and document_id = l.document_id and kind in ('upsert', 'delete')
             order by revision desc limit 1) r on true
          left join lateral (
            select code, message from dead_letters
             where created_at >= :since and id <> l.id and replayed_at is null and original_topic = l.original_topic
               and (document_id = l.document_id
                    or document_id is null and l.document_id is null and value is not distinct from l.value)
             order by created_at desc limit 1) n on true
         where l.id = any(:ids)
        """).bind("since", since.atOffset(ZoneOffset.UTC)).bind("ids", ids.toArray(UUID[]::new))
        .map(ReplayedLetters::toReplayed).all().onErrorMap(StoreFailures::translate);
  }

  private static ReplayedLetter toReplayed(Readable row) {
    var id = required(row, "id", UUID.class);
    var state = row.get("state", String.class);
    if ("failed".equals(state)) {
      return new ReplayedLetter(id, true, row.get("error_code", String.class), row.get("error_message", String.class));
    }
    var code = row.get("code", String.class);
    if (code != null) {
      return new ReplayedLetter(id, true, code, row.get("message", String.class));
    }
    boolean open = state == null || state.equals("accepting") || state.equals("pending") || state.equals("processing");
    return new ReplayedLetter(id, !open, null, state);
  }
}
