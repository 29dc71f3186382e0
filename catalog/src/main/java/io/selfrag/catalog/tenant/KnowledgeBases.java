package io.selfrag.catalog.tenant;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tables of knowledge bases and their generations. One being deleted, or another tenant's, is not found by any of this. */
public final class KnowledgeBases {
  private static final String SELECT = """
      select k.id, k.tenant_id, k.name, k.description, k.config::text as config, k.live_generation, c.document_count,
             c.chunk_count, k.created_at, k.updated_at
        from knowledge_bases k join knowledge_base_counters c on c.knowledge_base_id = k.id
      """;
  private static final String OF_TENANT = " where k.tenant_id = :tenant and k.status <> 'deleting'";

  private final DatabaseClient client;

  public KnowledgeBases(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Creates a knowledge base with its first generation, and counts it against the tenant's quota, under whose row concurrent
   * creations queue. Belongs into a transaction.
   *
   * @param base its id, tenant, name, description and config; the rest is ignored
   * @param spec JSON of the first generation
   * @throws SelfRagException {@code KB_NAME_EXISTS}, {@code QUOTA_EXCEEDED}
   */
  public Mono<KnowledgeBase> insert(KnowledgeBase base, String spec) {
    var row = Sql.bind(
        client.sql("""
            insert into knowledge_bases (id, tenant_id, name, description, config)
            values (:id, :tenant, :name, :description, :config::jsonb)
            """).bind("id", base.id()).bind("tenant", base.tenantId()).bind("name", base.name()).bind("config",
            base.config()),
        "description", base.description(), String.class).fetch().rowsUpdated();
    var generation = client
        .sql("insert into generations (knowledge_base_id, generation, spec) values (:id, 1, :spec::jsonb)")
        .bind("id", base.id()).bind("spec", spec).fetch().rowsUpdated();
    var counters = client
        .sql("insert into knowledge_base_counters (knowledge_base_id, tenant_id) values (:id, :tenant)")
        .bind("id", base.id()).bind("tenant", base.tenantId()).fetch().rowsUpdated();
    return row.then(generation).then(counters).then(count(base.tenantId()))
        .then(Mono.defer(() -> find(base.tenantId(), base.id()))).onErrorMap(e -> failure(base.name(), e));
  }

  public Mono<KnowledgeBase> find(UUID tenantId, UUID id) {
    return client.sql(SELECT + OF_TENANT + " and k.id = :id").bind("tenant", tenantId).bind("id", id)
        .map(KnowledgeBases::toKnowledgeBase).one().onErrorMap(StoreFailures::translate);
  }

  /**
   * As {@link #find}, and nobody else changes it or accepts documents for it before the surrounding transaction ends. The lock
   * lets rows refer to it that others insert meanwhile.
   */
  public Mono<KnowledgeBase> findForUpdate(UUID tenantId, UUID id) {
    return client.sql(SELECT + OF_TENANT + " and k.id = :id for no key update of k").bind("tenant", tenantId)
        .bind("id", id)
        .map(KnowledgeBases::toKnowledgeBase).one().onErrorMap(StoreFailures::translate);
  }

  /**
   * A page of the tenant's, newest first.
   *
   * @param scope null: all
   * @param page from 1
   */
  public Mono<Page<KnowledgeBase>> list(UUID tenantId, @Nullable List<UUID> scope, int page, int pageSize) {
    var condition = OF_TENANT + " and (:scope::uuid[] is null or k.id = any(:scope::uuid[]))";
    var items = Sql
        .bindIds(client.sql(SELECT + condition + " order by k.created_at desc, k.id limit :limit offset :offset")
            .bind("tenant", tenantId).bind("limit", pageSize).bind("offset", (page - 1L) * pageSize), "scope", scope)
        .map(KnowledgeBases::toKnowledgeBase).all().collectList();
    var total = Sql
        .bindIds(client.sql("select count(*) as n from knowledge_bases k" + condition).bind("tenant", tenantId),
            "scope", scope)
        .map(row -> Sql.longNumber(row, "n")).one();
    return items.zipWith(total, Page::new).onErrorMap(StoreFailures::translate);
  }

  /** Which of these are the tenant's and in use. */
  public Flux<UUID> existing(UUID tenantId, List<UUID> ids) {
    return client.sql("select k.id from knowledge_bases k" + OF_TENANT + " and k.id = any(:ids)")
        .bind("tenant", tenantId)
        .bind("ids", ids.toArray(UUID[]::new)).map(row -> Sql.id(row, "id")).all().onErrorMap(StoreFailures::translate);
  }

  /**
   * Writes name, description and config.
   *
   * @throws SelfRagException {@code KB_NAME_EXISTS}
   */
  public Mono<KnowledgeBase> update(KnowledgeBase base) {
    return Sql
        .bind(
            client
                .sql(
                    """
                        update knowledge_bases set name = :name, description = :description, config = :config::jsonb, updated_at = now()
                         where id = :id and tenant_id = :tenant and status <> 'deleting'
                        """)
                .bind("id", base.id()).bind("tenant", base.tenantId()).bind("name", base.name())
                .bind("config", base.config()),
            "description", base.description(), String.class)
        .fetch().rowsUpdated()
        .then(Mono.defer(() -> find(base.tenantId(), base.id()))).onErrorMap(e -> failure(base.name(), e));
  }

  /** Whether any document was ever accepted. */
  public Mono<Boolean> hasDocuments(UUID id) {
    return client.sql("""
        select exists (select 1 from documents where knowledge_base_id = :id)
            or exists (select 1 from document_revisions where knowledge_base_id = :id) as any
        """).bind("id", id).map(row -> Boolean.TRUE.equals(row.get("any", Boolean.class))).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Replaces a generation's spec; only for one that no document was processed for. */
  public Mono<Void> replaceSpec(UUID id, int generation, String spec) {
    return client
        .sql("update generations set spec = :spec::jsonb where knowledge_base_id = :id and generation = :generation")
        .bind("spec", spec).bind("id", id).bind("generation", generation).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Makes a knowledge base unusable for good and records that everything of it must go (S13); belongs into a transaction. Gives
   * the quota back. False if there is none.
   */
  public Mono<Boolean> markDeleting(UUID tenantId, UUID id) {
    return client.sql("""
        update knowledge_bases set status = 'deleting', updated_at = now()
         where id = :id and tenant_id = :tenant and status <> 'deleting'
        """).bind("id", id).bind("tenant", tenantId).fetch().rowsUpdated().flatMap(rows -> {
      if (rows == 0) {
        return Mono.just(false);
      }
      var purge = client.sql("insert into purges (tenant_id, knowledge_base_id) values (:tenant, :id)")
          .bind("tenant", tenantId).bind("id", id).fetch().rowsUpdated();
      var release = client
          .sql("update tenant_counters set kb_count = greatest(0, kb_count - 1) where tenant_id = :tenant")
          .bind("tenant", tenantId).fetch().rowsUpdated();
      return purge.then(release).thenReturn(true);
    }).onErrorMap(StoreFailures::translate);
  }

  /**
   * Locks all of a tenant's as {@link #findForUpdate} does, in the order of their ids, and names them. Who changes several does
   * this first: whoever shares one of them may wait for the tenant's counters, and must not wait for one who waits for it.
   */
  public Flux<UUID> lockOfTenant(UUID tenantId) {
    return client.sql("select k.id from knowledge_bases k" + OF_TENANT + " order by k.id for no key update of k")
        .bind("tenant", tenantId).map(row -> Sql.id(row, "id")).all().onErrorMap(StoreFailures::translate);
  }

  private Mono<Void> count(UUID tenantId) {
    return client.sql("""
        update tenant_counters c set kb_count = c.kb_count + 1
          from tenants t
         where c.tenant_id = :tenant and t.id = c.tenant_id and (t.quota_kb_count < 0 or c.kb_count < t.quota_kb_count)
        """).bind("tenant", tenantId).fetch().rowsUpdated()
        .flatMap(rows -> rows == 1
            ? Mono.<Void>empty()
            : Mono.error(new SelfRagException(ErrorCode.QUOTA_EXCEEDED,
                "the tenant has as many knowledge bases as its quota allows")));
  }

  private static Throwable failure(String name, Throwable failure) {
    return failure instanceof DuplicateKeyException
        ? new SelfRagException(ErrorCode.KB_NAME_EXISTS,
            "there is a knowledge base with the name \"" + name + "\"", failure)
        : StoreFailures.translate(failure);
  }

  private static KnowledgeBase toKnowledgeBase(Readable row) {
    return new KnowledgeBase(Sql.id(row, "id"), Sql.id(row, "tenant_id"), Sql.text(row, "name"),
        row.get("description", String.class), Sql.text(row, "config"), Sql.number(row, "live_generation"),
        Sql.longNumber(row, "document_count"), Sql.longNumber(row, "chunk_count"), Sql.time(row, "created_at"),
        Sql.time(row, "updated_at"));
  }
}
