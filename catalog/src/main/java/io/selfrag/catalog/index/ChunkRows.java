package io.selfrag.catalog.index;

import io.selfrag.catalog.ByteaArray;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Chunk rows and their vectors. A row that is there already stays as it is: its id follows from what it holds (S5). */
final class ChunkRows {
  private static final int ROWS = 500;

  private final DatabaseClient client;
  private final boolean keepVectors;
  private final JsonMapper json = JsonMapper.shared();

  ChunkRows(DatabaseClient client, boolean keepVectors) {
    this.client = client;
    this.keepVectors = keepVectors;
  }

  Mono<Void> insert(Collection<ChunkRow> rows) {
    return Flux.fromIterable(rows).buffer(ROWS)
        .concatMap(slice -> insertChunks(slice).then(keepVectors ? insertVectors(slice) : Mono.empty())).then();
  }

  /** How many distinct ordinals each version has. */
  Mono<Map<Version, Integer>> counts(Collection<Version> versions) {
    if (versions.isEmpty()) {
      return Mono.just(Map.of());
    }
    return VersionArrays.bind(client.sql("""
        select wanted.*, (select count(*)::int from chunks c
                           where c.document_id = wanted.document_id and c.generation = wanted.generation
                             and c.revision = wanted.revision and c.attempt = wanted.attempt) as present
          from\s""" + VersionArrays.TABLE), versions)
        .map(row -> Map.entry(VersionArrays.version(row), Columns.integer(row, "present")))
        .all().collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  /** Those of the versions that have older rows in their generation. */
  Mono<List<Version>> withOlder(Collection<Version> versions) {
    if (versions.isEmpty()) {
      return Mono.just(List.of());
    }
    return VersionArrays.bind(client.sql("select wanted.* from " + VersionArrays.TABLE + """
         where exists (select 1 from chunks c
                        where c.document_id = wanted.document_id and c.generation = wanted.generation
                          and (c.revision, c.attempt) < (wanted.revision, wanted.attempt))
        """), versions).map(row -> VersionArrays.version(row)).all().collectList();
  }

  private Mono<Void> insertChunks(List<ChunkRow> rows) {
    return client
        .sql(
            """
                insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,
                                    context, char_start, char_end, page_from, page_to, heading_path, tokens, language, parent_text,
                                    model)
                select id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text, context,
                       char_start, char_end, nullif(page_from, 0), nullif(page_to, 0),
                       array(select jsonb_array_elements_text(heading_path::jsonb)), tokens, language, nullif(parent_text, ''), model
                  from unnest(:ids::uuid[], :tenants::uuid[], :bases::uuid[], :documents::uuid[], :generations::int[],
                              :revisions::bigint[], :attempts::int[], :ordinals::int[], :texts::text[], :contexts::text[],
                              :starts::int[], :ends::int[], :firstPages::int[], :lastPages::int[], :headings::text[],
                              :tokens::int[], :languages::text[], :parents::text[], :models::text[])
                    as row(id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text, context,
                           char_start, char_end, page_from, page_to, heading_path, tokens, language, parent_text, model)
                    on conflict do nothing
                """)
        .bind("ids", array(rows, ChunkRow::id, UUID[]::new))
        .bind("tenants", array(rows, it -> it.version().tenantId(), UUID[]::new))
        .bind("bases", array(rows, it -> it.version().knowledgeBaseId(), UUID[]::new))
        .bind("documents", array(rows, it -> it.version().documentId(), UUID[]::new))
        .bind("generations", array(rows, it -> it.version().generation(), Integer[]::new))
        .bind("revisions", array(rows, it -> it.version().revision(), Long[]::new))
        .bind("attempts", array(rows, it -> it.version().attempt(), Integer[]::new))
        .bind("ordinals", array(rows, ChunkRow::ordinal, Integer[]::new))
        .bind("texts", array(rows, it -> Storable.text(it.text()), String[]::new))
        .bind("contexts", array(rows, it -> Storable.text(it.context()), String[]::new))
        .bind("starts", array(rows, ChunkRow::charStart, Integer[]::new))
        .bind("ends", array(rows, ChunkRow::charEnd, Integer[]::new))
        .bind("firstPages", array(rows, ChunkRow::pageFrom, Integer[]::new))
        .bind("lastPages", array(rows, ChunkRow::pageTo, Integer[]::new))
        .bind("headings",
            array(rows, it -> json.writeValueAsString(it.headingPath().stream().map(Storable::text).toList()),
                String[]::new))
        .bind("tokens", array(rows, ChunkRow::tokens, Integer[]::new))
        .bind("languages", array(rows, ChunkRow::language, String[]::new))
        .bind("parents",
            array(rows, it -> it.parentText() == null ? "" : Storable.text(it.parentText()), String[]::new))
        .bind("models", array(rows, ChunkRow::model, String[]::new)).fetch().rowsUpdated().then();
  }

  private Mono<Void> insertVectors(List<ChunkRow> rows) {
    return client
        .sql(
            """
                insert into chunk_vectors (chunk_id, document_id, generation, revision, attempt, vector)
                select * from unnest(:ids::uuid[], :documents::uuid[], :generations::int[], :revisions::bigint[], :attempts::int[],
                                     :vectors::text[]::bytea[])
                    on conflict do nothing
                """)
        .bind("ids", array(rows, ChunkRow::id, UUID[]::new))
        .bind("documents", array(rows, it -> it.version().documentId(), UUID[]::new))
        .bind("generations", array(rows, it -> it.version().generation(), Integer[]::new))
        .bind("revisions", array(rows, it -> it.version().revision(), Long[]::new))
        .bind("attempts", array(rows, it -> it.version().attempt(), Integer[]::new))
        .bind("vectors", ByteaArray.of(rows, it -> it.vector())).fetch().rowsUpdated()
        .then();
  }

  private static <T> T[] array(List<ChunkRow> rows, Function<ChunkRow, T> column,
      IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
