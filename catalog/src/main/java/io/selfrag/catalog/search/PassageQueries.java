package io.selfrag.catalog.search;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.isolation.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/** The queries of retrieval. Each is one statement and so sees one snapshot. */
public final class PassageQueries {
  /** Whether the reader of the parameters may read document {@code d}. */
  private static final String READABLE = """
      ((array_position(array['public', 'internal', 'restricted'], d.sensitivity_level)
          <= array_position(array['public', 'internal', 'restricted'], :clearance)
        and (cardinality(d.acl_users) + cardinality(d.acl_roles) + cardinality(d.acl_groups) = 0
          or :user = any(d.acl_users) or d.acl_roles && :roles::text[] or d.acl_groups && :groups::text[]))
       or :everything)
      """;

  private static final String KNOWLEDGE_BASES = """
      select k.id, k.live_generation, g.spec::text as spec, k.config::text as config, c.revision, t.read_place
        from knowledge_bases k
        join tenants t on t.id = k.tenant_id
        join generations g on g.knowledge_base_id = k.id and g.generation = k.live_generation
        join knowledge_base_counters c on c.knowledge_base_id = k.id
       where k.tenant_id = :tenant and k.id = any(:bases) and k.status <> 'deleting'
      """;

  private static final String REVISIONS = """
      select knowledge_base_id, revision from knowledge_base_counters
       where tenant_id = :tenant and knowledge_base_id = any(:bases)
      """;

  // Text and neighbours are read for what is shown alone: the look-ups behind "where v.is_shown" do not run otherwise.
  private static final String HITS = """
      select h.chunk_id, h.document_id, g.document_id is not null as is_live, coalesce(v.is_allowed, false) as is_allowed,
             coalesce(v.is_current, false) as is_current, coalesce(v.is_ahead, false) as is_ahead,
             d.knowledge_base_id, c.ordinal, case when v.is_shown then coalesce(c.parent_text, c.text) end as text, d.title,
             d.metadata::text as metadata, c.page_from, c.page_to, c.heading_path, c.char_start, c.char_end, d.version,
             b.ids as before_ids, b.texts as before_texts, b.starts as before_starts, b.ends as before_ends,
             b.first_pages as before_first_pages, b.last_pages as before_last_pages,
             a.ids as after_ids, a.texts as after_texts, a.starts as after_starts, a.ends as after_ends,
             a.first_pages as after_first_pages, a.last_pages as after_last_pages
        from unnest(:chunks::uuid[], :documents::uuid[]) as h (chunk_id, document_id)
        left join documents d on d.id = h.document_id and d.tenant_id = :tenant and d.knowledge_base_id = any(:bases)
        left join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
        left join chunks c on c.id = h.chunk_id and c.tenant_id = :tenant
        cross join lateral (select w.is_allowed, w.is_current, w.is_ahead, w.is_allowed and w.is_current as is_shown
                              from (select %s as is_allowed,
                                           (c.document_id, c.generation, c.revision, c.attempt)
                                             = (g.document_id, g.generation, g.live_revision, g.live_attempt) as is_current,
                                           (c.document_id, c.generation) = (g.document_id, g.generation)
                                             and (c.revision, c.attempt) > (g.live_revision, g.live_attempt) as is_ahead) w) v
        left join lateral (select array_agg(n.id order by n.ordinal) as ids,
                                  array_agg(n.text order by n.ordinal) as texts,
                                  array_agg(n.char_start order by n.ordinal) as starts,
                                  array_agg(n.char_end order by n.ordinal) as ends,
                                  array_agg(n.page_from order by n.ordinal) as first_pages,
                                  array_agg(n.page_to order by n.ordinal) as last_pages
                             from chunks n
                            where v.is_shown and n.document_id = c.document_id and n.generation = c.generation
                              and n.revision = c.revision and n.attempt = c.attempt
                              and n.ordinal between c.ordinal - :window and c.ordinal - 1) b on true
        left join lateral (select array_agg(n.id order by n.ordinal) as ids,
                                  array_agg(n.text order by n.ordinal) as texts,
                                  array_agg(n.char_start order by n.ordinal) as starts,
                                  array_agg(n.char_end order by n.ordinal) as ends,
                                  array_agg(n.page_from order by n.ordinal) as first_pages,
                                  array_agg(n.page_to order by n.ordinal) as last_pages
                             from chunks n
                            where v.is_shown and n.document_id = c.document_id and n.generation = c.generation
                              and n.revision = c.revision and n.attempt = c.attempt
                              and n.ordinal between c.ordinal + 1 and c.ordinal + :window) a on true
      """
      .formatted(READABLE);

  private static final String VECTORS = """
      select v.chunk_id, v.vector
        from unnest(:chunks::uuid[]) as w (id)
        join chunk_vectors v on v.chunk_id = w.id
        join documents d on d.id = v.document_id and d.tenant_id = :tenant
      """;

  private static final String STANDING = """
      select d.processing_status, d.stage, d.error_code, d.deleted_revision > 0 and d.deleted_revision >= d.last_revision as is_deleted,
             g.document_id is not null as is_live
        from documents d
        join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
       where d.id = :document and d.tenant_id = :tenant and d.knowledge_base_id = any(:bases) and
      """
      + READABLE;

  private static final String LIVE_DOCUMENTS = """
      select 1 from documents d
        join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
       where d.tenant_id = :tenant and d.knowledge_base_id = any(:bases)
      """;
  private static final String NOTHING_READABLE = "select exists (" + LIVE_DOCUMENTS + ") and not exists ("
      + LIVE_DOCUMENTS + " and " + READABLE + ") as nothing";

  private final CatalogDatabase database;

  public PassageQueries(CatalogDatabase database) {
    this.database = database;
  }

  /** The tenant's knowledge bases among the given ids. */
  public Mono<List<SearchableKnowledgeBase>> knowledgeBases(UUID tenantId, Collection<UUID> ids) {
    return database.client().sql(KNOWLEDGE_BASES).bind("tenant", tenantId).bind("bases", ids.toArray(UUID[]::new))
        .map(row -> new SearchableKnowledgeBase(required(row, "id", UUID.class),
            required(row, "live_generation", Integer.class), required(row, "spec", String.class),
            required(row, "config", String.class), required(row, "revision", Long.class),
            Place.of(required(row, "read_place", String.class))))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** Revisions of the tenant's knowledge bases among the given ids: each change of what is visible in one raises it (S18). */
  public Mono<Map<UUID, Long>> revisions(UUID tenantId, Collection<UUID> ids) {
    return database.client().sql(REVISIONS).bind("tenant", tenantId).bind("bases", ids.toArray(UUID[]::new))
        .map(row -> Map.entry(required(row, "knowledge_base_id", UUID.class), required(row, "revision", Long.class)))
        .all().collectMap(Map.Entry::getKey, Map.Entry::getValue).onErrorMap(StoreFailures::translate);
  }

  /**
   * Judges hits, in any order.
   *
   * @param knowledgeBases those that the hits may be of
   * @param chunkIds and {@code documentIds} are of equal length, one pair a hit
   * @param window neighbours on either side
   * @param reader whose rights apply; {@code null} reads everything of the tenant
   */
  public Mono<List<HitRow>> hits(UUID tenantId, Collection<UUID> knowledgeBases, List<UUID> chunkIds,
      List<UUID> documentIds, int window, @Nullable ReaderRights reader) {
    return hits(HITS, tenantId, knowledgeBases, chunkIds, documentIds, window, reader).map(PassageQueries::hit).all()
        .collectList().onErrorMap(StoreFailures::translate);
  }

  /** How PostgreSQL goes about judging these hits. */
  Mono<String> explainHits(UUID tenantId, Collection<UUID> knowledgeBases, List<UUID> chunkIds, List<UUID> documentIds,
      int window, @Nullable ReaderRights reader) {
    return hits("explain " + HITS, tenantId, knowledgeBases, chunkIds, documentIds, window, reader)
        .map(row -> Objects.requireNonNull(row.get(0, String.class))).all().collectList()
        .map(lines -> String.join("\n", lines));
  }

  private GenericExecuteSpec hits(String sql, UUID tenantId, Collection<UUID> knowledgeBases, List<UUID> chunkIds,
      List<UUID> documentIds, int window, @Nullable ReaderRights reader) {
    return readable(database.client().sql(sql), reader).bind("tenant", tenantId)
        .bind("bases", knowledgeBases.toArray(UUID[]::new)).bind("chunks", chunkIds.toArray(UUID[]::new))
        .bind("documents", documentIds.toArray(UUID[]::new)).bind("window", window);
  }

  /** The vectors of the tenant's chunks, float32 little-endian; those that are not kept are missing (S15). */
  public Mono<Map<UUID, byte[]>> vectors(UUID tenantId, Collection<UUID> chunkIds) {
    return database.client().sql(VECTORS).bind("tenant", tenantId).bind("chunks", chunkIds.toArray(UUID[]::new))
        .map(row -> Map.entry(required(row, "chunk_id", UUID.class), required(row, "vector", byte[].class))).all()
        .collectMap(Map.Entry::getKey, Map.Entry::getValue).onErrorMap(StoreFailures::translate);
  }

  /** How a document stands; empty if the reader may not know that it is there. */
  public Mono<DocumentStanding> standing(UUID tenantId, Collection<UUID> knowledgeBases, UUID documentId,
      @Nullable ReaderRights reader) {
    return readable(database.client().sql(STANDING), reader).bind("tenant", tenantId)
        .bind("bases", knowledgeBases.toArray(UUID[]::new)).bind("document", documentId)
        .map(row -> new DocumentStanding(required(row, "processing_status", String.class),
            row.get("stage", String.class), row.get("error_code", String.class),
            required(row, "is_deleted", Boolean.class), required(row, "is_live", Boolean.class)))
        .one().onErrorMap(StoreFailures::translate);
  }

  /** Whether these knowledge bases show documents, but none that the reader may read. */
  public Mono<Boolean> nothingReadable(UUID tenantId, Collection<UUID> knowledgeBases, ReaderRights reader) {
    return readable(database.client().sql(NOTHING_READABLE), reader).bind("tenant", tenantId)
        .bind("bases", knowledgeBases.toArray(UUID[]::new)).map(row -> required(row, "nothing", Boolean.class)).one()
        .onErrorMap(StoreFailures::translate);
  }

  private static GenericExecuteSpec readable(GenericExecuteSpec statement, @Nullable ReaderRights reader) {
    var rights = reader == null ? new ReaderRights(null, List.of(), List.of(), "public") : reader;
    var user = rights.userId() == null ? Parameters.in(R2dbcType.VARCHAR) : Parameters.in(rights.userId());
    return statement.bind("clearance", rights.clearance()).bind("user", user)
        .bind("roles", rights.roles().toArray(String[]::new)).bind("groups", rights.groups().toArray(String[]::new))
        .bind("everything", reader == null);
  }

  private static HitRow hit(Readable row) {
    var chunkId = required(row, "chunk_id", UUID.class);
    var documentId = required(row, "document_id", UUID.class);
    if (!required(row, "is_live", Boolean.class)) {
      return new HitRow(chunkId, documentId, HitRow.State.NOT_LIVE, null);
    }
    if (!required(row, "is_allowed", Boolean.class)) {
      return new HitRow(chunkId, documentId, HitRow.State.FORBIDDEN, null);
    }
    if (required(row, "is_ahead", Boolean.class)) {
      return new HitRow(chunkId, documentId, HitRow.State.NOT_YET, null);
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
    var ids = row.get(side + "_ids", UUID[].class);
    if (ids == null) {
      return List.of();
    }
    var texts = required(row, side + "_texts", String[].class);
    var starts = required(row, side + "_starts", Integer[].class);
    var ends = required(row, side + "_ends", Integer[].class);
    var firstPages = required(row, side + "_first_pages", Integer[].class);
    var lastPages = required(row, side + "_last_pages", Integer[].class);
    var neighbours = new ArrayList<HitRow.Neighbour>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      neighbours.add(new HitRow.Neighbour(ids[i], texts[i], starts[i], ends[i], firstPages[i], lastPages[i]));
    }
    return neighbours;
  }
}
