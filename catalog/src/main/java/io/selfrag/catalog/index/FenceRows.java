package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.index.FenceView.RevisionId;
import io.selfrag.catalog.isolation.Route;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Reads the fences of a batch, or locks them. The order is the same for everyone who locks: documents by id, revisions by
 * document and revision, then knowledge bases and tenants in share mode (S12).
 */
public final class FenceRows {
  private static final String DOCUMENTS = """
      select id, tenant_id, knowledge_base_id, attributes_revision, title, sensitivity_level, acl_users, acl_roles, acl_groups,
             metadata::text as metadata, deleted_revision, interrupted_revision, interrupted_attempt
        from documents where id = any(:ids) order by id
      """;
  private static final String LIVE = """
      select document_id, generation, live_revision, live_attempt, chunk_count
        from document_generations where document_id = any(:ids)
      """;
  private static final String REVISIONS = """
      select r.document_id, r.revision, r.attempt, r.state
        from document_revisions r
        join unnest(:documents::uuid[], :revisions::bigint[]) as wanted(document_id, revision)
          on wanted.document_id = r.document_id and wanted.revision = r.revision
       order by r.document_id, r.revision
      """;
  private static final String KNOWLEDGE_BASES = """
      select k.id, k.tenant_id, k.status, k.live_generation, t.status as tenant_status, t.route_epoch,
             array(select g.generation from generations g where g.knowledge_base_id = k.id and g.state = 'closed') as closed, %s
        from knowledge_bases k join tenants t on t.id = k.tenant_id
       where k.id = any(:ids) order by k.id
      """
      .formatted(Route.COLUMNS);

  private final DatabaseClient client;

  public FenceRows(CatalogDatabase database) {
    this.client = database.client();
  }

  /** The fences as they are now. */
  public Mono<FenceView> read(Collection<? extends IndexChange> changes) {
    return view(changes, "", "", "").onErrorMap(StoreFailures::translate);
  }

  /** The fences, held until the surrounding transaction ends. */
  Mono<FenceView> lock(Collection<? extends IndexChange> changes) {
    return view(changes, "for no key update", "for update of r", "for share of k, t");
  }

  /** The fences of these documents and knowledge bases as they are now, without their revisions. */
  public Mono<FenceView> read(Collection<UUID> documents, Collection<UUID> knowledgeBases) {
    return documents(documents.toArray(UUID[]::new), "")
        .flatMap(found -> knowledgeBases(knowledgeBases.toArray(UUID[]::new), "")
            .map(bases -> new FenceView(bases, found, Map.of())))
        .onErrorMap(StoreFailures::translate);
  }

  /** The models of which these documents have chunks, as provider/model/dimension. */
  public Mono<Map<UUID, List<String>>> modelsOf(Collection<UUID> documents) {
    return client.sql("""
        select document_id, array_agg(distinct model) as models from chunks where document_id = any(:ids)
         group by document_id
        """).bind("ids", documents.toArray(UUID[]::new))
        .map(row -> Map.entry(Columns.uuid(row, "document_id"), Columns.texts(row, "models"))).all()
        .collectMap(Map.Entry::getKey, Map.Entry::getValue).onErrorMap(StoreFailures::translate);
  }

  private Mono<FenceView> view(Collection<? extends IndexChange> changes, String lockDocuments, String lockRevisions,
      String lockKnowledgeBases) {
    var ids = changes.stream().map(IndexChange::documentId).distinct().toArray(UUID[]::new);
    var knowledgeBases = changes.stream().map(IndexChange::knowledgeBaseId).distinct().toArray(UUID[]::new);
    var revisions = changes.stream().map(it -> new RevisionId(it.documentId(), it.revision())).distinct().toList();
    return documents(ids, lockDocuments).flatMap(documents -> revisions(revisions, lockRevisions)
        .flatMap(ledger -> knowledgeBases(knowledgeBases, lockKnowledgeBases)
            .map(bases -> new FenceView(bases, documents, ledger))));
  }

  private Mono<Map<UUID, KnowledgeBaseFence>> knowledgeBases(UUID[] ids, String lock) {
    return client.sql(KNOWLEDGE_BASES + lock).bind("ids", ids).map(FenceRows::knowledgeBase).all()
        .collectMap(KnowledgeBaseFence::id);
  }

  private Mono<Map<UUID, DocumentFence>> documents(UUID[] ids, String lock) {
    return client.sql(DOCUMENTS + lock).bind("ids", ids).map(FenceRows::document).all().collectMap(DocumentFence::id)
        .flatMap(documents -> client.sql(LIVE).bind("ids", ids).map(FenceRows::live).all().collectList().map(live -> {
          var byDocument = new HashMap<UUID, Map<Integer, Live>>();
          live.forEach(
              it -> byDocument.computeIfAbsent(it.documentId, _ -> new HashMap<>()).put(it.generation, it.live));
          var complete = new HashMap<UUID, DocumentFence>();
          documents.forEach((id, it) -> complete.put(id, it.withLive(byDocument.getOrDefault(id, Map.of()))));
          return complete;
        }));
  }

  private Mono<Map<RevisionId, RevisionFence>> revisions(Collection<RevisionId> wanted, String lock) {
    return client.sql(REVISIONS + lock)
        .bind("documents", wanted.stream().map(RevisionId::documentId).toArray(UUID[]::new))
        .bind("revisions", wanted.stream().map(RevisionId::revision).toArray(Long[]::new))
        .map(row -> Map.entry(new RevisionId(Columns.uuid(row, "document_id"), Columns.bigint(row, "revision")),
            new RevisionFence(Columns.integer(row, "attempt"), Columns.text(row, "state"))))
        .all().collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  private static DocumentFence document(Readable row) {
    return new DocumentFence(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "id"), Columns.bigint(row, "attributes_revision"), Columns.text(row, "title"),
        Columns.text(row, "sensitivity_level"),
        Columns.texts(row, "acl_users"), Columns.texts(row, "acl_roles"), Columns.texts(row, "acl_groups"),
        Columns.text(row, "metadata"), Columns.bigint(row, "deleted_revision"),
        Columns.bigint(row, "interrupted_revision"), Columns.integer(row, "interrupted_attempt"), Map.of());
  }

  private record LiveRow(UUID documentId, int generation, Live live) {}

  private static LiveRow live(Readable row) {
    return new LiveRow(Columns.uuid(row, "document_id"), Columns.integer(row, "generation"),
        new Live(Columns.bigint(row, "live_revision"), Columns.integer(row, "live_attempt"),
            Columns.integer(row, "chunk_count")));
  }

  private static KnowledgeBaseFence knowledgeBase(Readable row) {
    return new KnowledgeBaseFence(Columns.uuid(row, "id"), Columns.uuid(row, "tenant_id"), Columns.text(row, "status"),
        Columns.integer(row, "live_generation"), Columns.text(row, "tenant_status"),
        Route.of(row), Columns.bigint(row, "route_epoch"),
        Set.of(Objects.requireNonNull(row.get("closed", Integer[].class))));
  }
}
