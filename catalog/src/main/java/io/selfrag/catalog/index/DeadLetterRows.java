package io.selfrag.catalog.index;

import io.selfrag.catalog.ByteaArray;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The list of dead letters. */
public final class DeadLetterRows {
  private static final UUID NOBODY = new UUID(0, 0);

  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  public DeadLetterRows(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Lists letters; one that is listed already stays as it is. */
  public Mono<Void> add(List<DeadLetterRow> rows) {
    if (rows.isEmpty()) {
      return Mono.empty();
    }
    return client
        .sql(
            """
                insert into dead_letters (id, topic, partition, record_offset, tenant_id, knowledge_base_id, document_id, stage, code,
                                          message, attempt, original_topic, original_partition, original_offset, record_key, value,
                                          headers, created_at)
                select id, topic, part, record_offset, nullif(tenant_id, :nobody), nullif(base_id, :nobody),
                       nullif(document_id, :nobody), stage, code, message, attempt, original_topic, original_part, original_offset,
                       case when has_key then record_key end, case when has_value then value end, headers::jsonb, created_at
                  from unnest(:ids::uuid[], :topics::text[], :partitions::int[], :offsets::bigint[], :tenants::uuid[], :bases::uuid[],
                              :documents::uuid[], :stages::text[], :codes::text[], :messages::text[], :attempts::int[],
                              :originalTopics::text[], :originalPartitions::int[], :originalOffsets::bigint[], :hasKeys::bool[],
                              :recordKeys::text[]::bytea[], :hasValues::bool[], :recordValues::text[]::bytea[], :headers::text[],
                              :times::timestamptz[])
                    as w(id, topic, part, record_offset, tenant_id, base_id, document_id, stage, code, message, attempt,
                         original_topic, original_part, original_offset, has_key, record_key, has_value, value, headers, created_at)
                    on conflict do nothing
                """)
        .bind("nobody", NOBODY).bind("ids", array(rows, DeadLetterRow::id, UUID[]::new))
        .bind("topics", array(rows, DeadLetterRow::topic, String[]::new))
        .bind("partitions", array(rows, DeadLetterRow::partition, Integer[]::new))
        .bind("offsets", array(rows, DeadLetterRow::offset, Long[]::new))
        .bind("tenants", array(rows, it -> orNobody(it.tenantId()), UUID[]::new))
        .bind("bases", array(rows, it -> orNobody(it.knowledgeBaseId()), UUID[]::new))
        .bind("documents", array(rows, it -> orNobody(it.documentId()), UUID[]::new))
        .bind("stages", array(rows, DeadLetterRow::stage, String[]::new))
        .bind("codes", array(rows, DeadLetterRow::code, String[]::new))
        .bind("messages", array(rows, it -> it.message().replace('\0', '\uFFFD'), String[]::new))
        .bind("attempts", array(rows, DeadLetterRow::attempt, Integer[]::new))
        .bind("originalTopics", array(rows, DeadLetterRow::originalTopic, String[]::new))
        .bind("originalPartitions", array(rows, DeadLetterRow::originalPartition, Integer[]::new))
        .bind("originalOffsets", array(rows, DeadLetterRow::originalOffset, Long[]::new))
        .bind("hasKeys", array(rows, it -> it.key() != null, Boolean[]::new))
        .bind("recordKeys", ByteaArray.of(rows, it -> bytes(it.key())))
        .bind("hasValues", array(rows, it -> it.value() != null, Boolean[]::new))
        .bind("recordValues", ByteaArray.of(rows, it -> bytes(it.value())))
        // A NUL, escaped or not, is the one character that jsonb refuses.
        .bind("headers",
            array(rows, it -> json.writeValueAsString(it.headers()).replace("\\u0000", "\\ufffd"), String[]::new))
        .bind("times", array(rows, it -> it.createdAt().atOffset(ZoneOffset.UTC), OffsetDateTime[]::new)).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static UUID orNobody(@Nullable UUID id) {
    return id == null ? NOBODY : id;
  }

  private static byte[] bytes(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private static <T> T[] array(List<DeadLetterRow> rows, Function<DeadLetterRow, T> column, IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
