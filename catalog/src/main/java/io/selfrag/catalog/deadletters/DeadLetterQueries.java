package io.selfrag.catalog.deadletters;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/** The list of dead letters; the sink adds to it. */
public final class DeadLetterQueries {
  private static final String SELECT = """
      select id, topic, partition, record_offset, tenant_id, knowledge_base_id, document_id, stage, code, message, attempt,
             original_topic, original_partition, original_offset, encode(record_key, 'escape') as key,
             octet_length(value) as value_bytes, headers::text as headers, created_at, replayed_at
        from dead_letters
      """;
  private static final String CONDITION = """
       where (:tenant::uuid is null or tenant_id = :tenant::uuid)
         and (:topic::text is null or original_topic = :topic::text or topic = :topic::text)
         and (:stage::text is null or stage = :stage::text) and (:code::text is null or code = :code::text)
         and (:since::timestamptz is null or created_at >= :since::timestamptz)
         and (:until::timestamptz is null or created_at < :until::timestamptz)
      """;

  private final DatabaseClient client;

  public DeadLetterQueries(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Part of a list, and how many there are in all. */
  public record Found(List<DeadLetter> items, long total) {
    public Found {
      items = List.copyOf(items);
    }
  }

  /**
   * @param page from 1
   */
  public Mono<Found> list(DeadLetterFilter filter, int page, int pageSize) {
    var items = bind(
        client.sql(SELECT + CONDITION + " order by created_at desc, id limit :limit offset :offset")
            .bind("limit", pageSize)
            .bind("offset", (page - 1L) * pageSize),
        filter).map(DeadLetterQueries::toDeadLetter).all().collectList();
    var total = bind(client.sql("select count(*) as n from dead_letters" + CONDITION), filter)
        .map(row -> required(row, "n", Long.class)).one();
    return items.zipWith(total, Found::new).onErrorMap(StoreFailures::translate);
  }

  public Mono<DeadLetter> find(UUID id) {
    return client.sql(SELECT + " where id = :id").bind("id", id).map(DeadLetterQueries::toDeadLetter).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** One with its record, to be sent again. */
  public Mono<StoredLetter> stored(UUID id) {
    return client.sql("""
        select id, original_topic, original_offset, record_key, value, headers::text as headers, created_at
          from dead_letters where id = :id
        """).bind("id", id)
        .map(row -> new StoredLetter(required(row, "id", UUID.class), required(row, "original_topic", String.class),
            required(row, "original_offset", Long.class), row.get("record_key", byte[].class),
            row.get("value", byte[].class), required(row, "headers", String.class),
            required(row, "created_at", OffsetDateTime.class).toInstant()))
        .one().onErrorMap(StoreFailures::translate);
  }

  /**
   * Those that the filter means, oldest first, as they are to be replayed.
   *
   * @param again whether those are meant too that were replayed before
   * @param after only those behind this one; null for all
   */
  public Mono<List<UUID>> ids(DeadLetterFilter filter, boolean again, int limit, @Nullable UUID after) {
    var statement = client.sql("select id from dead_letters" + CONDITION + """
         and (:again or replayed_at is null)
         and (:after::uuid is null or (created_at, original_topic, original_partition, original_offset, id)
              > (select created_at, original_topic, original_partition, original_offset, id
                   from dead_letters where id = :after::uuid))
         order by created_at, original_topic, original_partition, original_offset, id limit :limit
        """).bind("again", again).bind("limit", limit);
    return bind(bind(statement, "after", after, UUID.class), filter).map(row -> required(row, "id", UUID.class)).all()
        .collectList().onErrorMap(StoreFailures::translate);
  }

  /** Notes that it was replayed. */
  public Mono<Void> markReplayed(UUID id) {
    return client.sql("update dead_letters set replayed_at = now() where id = :id").bind("id", id).fetch().rowsUpdated()
        .then().onErrorMap(StoreFailures::translate);
  }

  /** Takes it off the list; false if it is not there. */
  public Mono<Boolean> delete(UUID id) {
    return client.sql("delete from dead_letters where id = :id").bind("id", id).fetch().rowsUpdated()
        .map(rows -> rows > 0).onErrorMap(StoreFailures::translate);
  }

  private static GenericExecuteSpec bind(GenericExecuteSpec statement, DeadLetterFilter filter) {
    var bound = bind(statement, "tenant", filter.tenantId(), UUID.class);
    bound = bind(bound, "topic", filter.topic(), String.class);
    bound = bind(bound, "stage", filter.stage(), String.class);
    bound = bind(bound, "code", filter.code(), String.class);
    bound = bind(bound, "since", time(filter.since()), OffsetDateTime.class);
    return bind(bound, "until", time(filter.until()), OffsetDateTime.class);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static <T> GenericExecuteSpec bind(GenericExecuteSpec statement, String name, @Nullable T value,
      Class<T> type) {
    return value == null ? statement.bindNull(name, type) : statement.bind(name, value);
  }

  private static DeadLetter toDeadLetter(Readable row) {
    var replayed = row.get("replayed_at", OffsetDateTime.class);
    return new DeadLetter(required(row, "id", UUID.class), required(row, "topic", String.class),
        required(row, "partition", Integer.class), required(row, "record_offset", Long.class),
        row.get("tenant_id", UUID.class), row.get("knowledge_base_id", UUID.class), row.get("document_id", UUID.class),
        required(row, "stage", String.class), required(row, "code", String.class),
        required(row, "message", String.class),
        required(row, "attempt", Integer.class), required(row, "original_topic", String.class),
        required(row, "original_partition", Integer.class), required(row, "original_offset", Long.class),
        row.get("key", String.class), row.get("value_bytes", Integer.class), required(row, "headers", String.class),
        required(row, "created_at", OffsetDateTime.class).toInstant(), replayed == null ? null : replayed.toInstant());
  }
}
