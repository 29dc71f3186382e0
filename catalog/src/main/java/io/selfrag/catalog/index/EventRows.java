package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The timeline as it is read back. */
final class EventRows {
  private final DatabaseClient client;

  EventRows(DatabaseClient client) {
    this.client = client;
  }

  /** Appends events in their order; one that is there already is left alone. */
  Mono<Void> append(List<DocumentEvent> events) {
    if (events.isEmpty()) {
      return Mono.empty();
    }
    return client
        .sql(
            """
                insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                                             chunk_count, equals_revision, error_stage, error_code, error_message)
                select tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                       nullif(chunk_count, -1), nullif(equals_revision, -1), nullif(error_stage, ''), nullif(error_code, ''),
                       nullif(error_message, '')
                  from unnest(:tenants::uuid[], :bases::uuid[], :ids::uuid[], :revisions::bigint[], :attempts::int[],
                              :stages::text[], :generations::int[], :times::timestamptz[], :counts::int[], :equals::bigint[],
                              :errorStages::text[], :errorCodes::text[], :errorMessages::text[])
                    with ordinality as w(tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                                         chunk_count, equals_revision, error_stage, error_code, error_message, position)
                 order by position
                    on conflict do nothing
                """)
        .bind("tenants", array(events, DocumentEvent::getTenantId, UUID[]::new))
        .bind("bases", array(events, DocumentEvent::getKnowledgeBaseId, UUID[]::new))
        .bind("ids", array(events, DocumentEvent::getDocumentId, UUID[]::new))
        .bind("revisions", array(events, DocumentEvent::getRevision, Long[]::new))
        .bind("attempts", array(events, DocumentEvent::getAttempt, Integer[]::new))
        .bind("stages", array(events, it -> it.getStage().name().toLowerCase(Locale.ROOT), String[]::new))
        .bind("generations", array(events, it -> it.getGeneration() == null ? 0 : it.getGeneration(), Integer[]::new))
        .bind("times", array(events, it -> it.getAt().atOffset(ZoneOffset.UTC), OffsetDateTime[]::new))
        .bind("counts", array(events, it -> it.getChunkCount() == null ? -1 : it.getChunkCount(), Integer[]::new))
        .bind("equals",
            array(events, it -> it.getEqualsRevision() == null ? -1L : it.getEqualsRevision(), Long[]::new))
        .bind("errorStages", array(events, it -> stageOf(it.getError()), String[]::new))
        .bind("errorCodes", array(events, it -> codeOf(it.getError()), String[]::new))
        .bind("errorMessages", array(events, it -> messageOf(it.getError()), String[]::new)).fetch().rowsUpdated()
        .then();
  }

  /** An empty text stands for none: arrays bind no nulls portably. */
  static String stageOf(@Nullable Failure failure) {
    return failure == null ? "" : Storable.text(failure.getStage());
  }

  static String codeOf(@Nullable Failure failure) {
    return failure == null ? "" : Storable.text(failure.getCode());
  }

  static String messageOf(@Nullable Failure failure) {
    return failure == null ? "" : Storable.text(failure.getMessage());
  }

  private static <T> T[] array(List<DocumentEvent> rows, Function<DocumentEvent, T> column, IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
