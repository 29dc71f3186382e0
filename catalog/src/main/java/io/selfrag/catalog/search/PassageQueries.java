package io.selfrag.catalog.search;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The queries of retrieval. Each is one statement and so sees one snapshot. */
public final class PassageQueries {
  private static final String KNOWLEDGE_BASES = """
      select k.id, k.live_generation, g.spec::text as spec, k.config::text as config, c.revision
        from knowledge_bases k
        join generations g on g.knowledge_base_id = k.id and g.generation = k.live_generation
        join knowledge_base_counters c on c.knowledge_base_id = k.id
       where k.tenant_id = $1 and k.id = any($2) and k.status <> 'deleting'
      """;

  private static final String HITS = """
      select h.chunk_id, h.document_id, g.document_id is not null as is_live, c.id is not null as is_current,
             (array_position(array['public', 'internal', 'restricted'], d.sensitivity_level)
                <= array_position(array['public', 'internal', 'restricted'], $5)
              and (cardinality(d.acl_users) + cardinality(d.acl_roles) + cardinality(d.acl_groups) = 0
                or $6 = any(d.acl_users) or d.acl_roles && $7 or d.acl_groups && $8)) or $9 as is_allowed,
             d.knowledge_base_id, c.ordinal, coalesce(c.parent_text, c.text) as text, d.title,
             d.metadata::text as metadata, c.page_from, c.page_to, c.heading_path, c.char_start, c.char_end, d.version,
             b.texts as before_texts, b.starts as before_starts, b.ends as before_ends,
             a.texts as after_texts, a.starts as after_starts, a.ends as after_ends
        from unnest($2::uuid[], $3::uuid[]) as h (chunk_id, document_id)
        left join documents d on d.id = h.document_id and d.tenant_id = $1
        left join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
        left join chunks c on c.id = h.chunk_id and c.tenant_id = $1 and c.document_id = g.document_id
             and c.generation = g.generation and c.revision = g.live_revision and c.attempt = g.live_attempt
        left join lateral (select array_agg(n.text order by n.ordinal) as texts,
                                  array_agg(n.char_start order by n.ordinal) as starts,
                                  array_agg(n.char_end order by n.ordinal) as ends
                             from chunks n
                            where n.document_id = c.document_id and n.generation = c.generation
                              and n.revision = c.revision and n.attempt = c.attempt
                              and n.ordinal between c.ordinal - $4 and c.ordinal - 1) b on true
        left join lateral (select array_agg(n.text order by n.ordinal) as texts,
                                  array_agg(n.char_start order by n.ordinal) as starts,
                                  array_agg(n.char_end order by n.ordinal) as ends
                             from chunks n
                            where n.document_id = c.document_id and n.generation = c.generation
                              and n.revision = c.revision and n.attempt = c.attempt
                              and n.ordinal between c.ordinal + 1 and c.ordinal + $4) a on true
      """;

  private final CatalogDatabase database;

  public PassageQueries(CatalogDatabase database) {
    this.database = database;
  }

  /** The tenant's knowledge bases among the given ids. */
  public Mono<List<SearchableKnowledgeBase>> knowledgeBases(UUID tenantId, Collection<UUID> ids) {
    return database.client().sql(KNOWLEDGE_BASES).bind(0, tenantId).bind(1, ids.toArray(UUID[]::new))
        .map(row -> new SearchableKnowledgeBase(required(row, "id", UUID.class),
            required(row, "live_generation", Integer.class), required(row, "spec", String.class),
            required(row, "config", String.class), required(row, "revision", Long.class)))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /**
   * Judges hits, in any order.
   *
   * @param chunkIds and {@code documentIds} are of equal length, one pair a hit
   * @param window neighbours on either side
   * @param reader whose rights apply; {@code null} reads everything of the tenant
   */
  public Mono<List<HitRow>> hits(UUID tenantId, List<UUID> chunkIds, List<UUID> documentIds, int window,
      @Nullable ReaderRights reader) {
    var rights = reader == null ? new ReaderRights(null, List.of(), List.of(), "public") : reader;
    var user = rights.userId() == null ? Parameters.in(R2dbcType.VARCHAR) : Parameters.in(rights.userId());
    return database.client().sql(HITS).bind(0, tenantId).bind(1, chunkIds.toArray(UUID[]::new))
        .bind(2, documentIds.toArray(UUID[]::new)).bind(3, window).bind(4, rights.clearance()).bind(5, user)
        .bind(6, rights.roles().toArray(String[]::new)).bind(7, rights.groups().toArray(String[]::new))
        .bind(8, reader == null).map(PassageQueries::hit).all().collectList().onErrorMap(StoreFailures::translate);
  }

  private static HitRow hit(Readable row) {
    var chunkId = required(row, "chunk_id", UUID.class);
    var documentId = required(row, "document_id", UUID.class);
    if (!required(row, "is_live", Boolean.class)) {
      return new HitRow(chunkId, documentId, HitRow.State.NOT_LIVE, null);
    }
    if (!Boolean.TRUE.equals(row.get("is_allowed", Boolean.class))) {
      return new HitRow(chunkId, documentId, HitRow.State.FORBIDDEN, null);
    }
    if (!required(row, "is_current", Boolean.class)) {
      return new HitRow(chunkId, documentId, HitRow.State.SUPERSEDED, null);
    }
    return new HitRow(chunkId, documentId, HitRow.State.LIVE,
        new HitRow.Content(required(row, "knowledge_base_id", UUID.class), required(row, "ordinal", Integer.class),
            required(row, "text", String.class), required(row, "title", String.class),
            required(row, "metadata", String.class), row.get("page_from", Integer.class),
            row.get("page_to", Integer.class), List.of(required(row, "heading_path", String[].class)),
            required(row, "char_start", Integer.class), required(row, "char_end", Integer.class),
            required(row, "version", Integer.class), neighbours(row, "before"), neighbours(row, "after")));
  }

  private static List<HitRow.Neighbour> neighbours(Readable row, String side) {
    var texts = row.get(side + "_texts", String[].class);
    if (texts == null) {
      return List.of();
    }
    var starts = required(row, side + "_starts", Integer[].class);
    var ends = required(row, side + "_ends", Integer[].class);
    var neighbours = new ArrayList<HitRow.Neighbour>(texts.length);
    for (int i = 0; i < texts.length; i++) {
      neighbours.add(new HitRow.Neighbour(texts[i], starts[i], ends[i]));
    }
    return neighbours;
  }

  private static <T> T required(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }
}
