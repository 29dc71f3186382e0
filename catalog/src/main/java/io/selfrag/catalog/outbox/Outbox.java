package io.selfrag.catalog.outbox;

import io.selfrag.catalog.ByteaArray;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The writing side of the outbox. Appending joins the transaction that surrounds it: what rolls back was never sent. */
public final class Outbox {
  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  public Outbox(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Appends the records in their order. */
  public Mono<Void> append(List<OutboxRecord> records) {
    if (records.isEmpty()) {
      return Mono.empty();
    }
    var topics = records.stream().map(OutboxRecord::topic).toArray(String[]::new);
    // An empty key stands for none: arrays of text bind no nulls portably, and no key of ours is empty.
    var keys = records.stream().map(it -> it.key() == null ? "" : it.key()).toArray(String[]::new);
    var values = ByteaArray.of(records, OutboxRecord::value);
    var headers = records.stream().map(it -> json.writeValueAsString(it.headers())).toArray(String[]::new);
    return client.sql("""
        insert into outbox (topic, record_key, value, headers)
        select topic, nullif(record_key, ''), value, headers::jsonb
          from unnest(:topics::text[], :keys::text[], :values::text[]::bytea[], :headers::text[])
            with ordinality as r(topic, record_key, value, headers, position)
         order by position
        """).bind("topics", topics).bind("keys", keys).bind("values", values).bind("headers", headers).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }
}
