package io.selfrag.catalog.reindex;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.reindex.ReindexJob.Figures;
import io.selfrag.catalog.reindex.ReindexJob.Missing;
import io.selfrag.catalog.reindex.ReindexJob.State;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of reindexings as clients start and steer them. What is another tenant's, or of a knowledge base that is being deleted, is not found. */
public final class ReindexJobs {
  static final String COLUMNS = """
       j.id, j.tenant_id, j.knowledge_base_id, j.from_generation, j.to_generation, j.from_config::text as from_config,
       j.to_config::text as to_config, j.state, j.documents, j.ready, j.failed, j.missing::text as missing, j.keep_until,
       j.withheld_until, j.closed_at is not null as closed, j.requested_by, j.created_at, j.updated_at, j.switched_at,
       j.finished_at
      """;
  private static final String OF_TENANT = """
       from reindex_jobs j join knowledge_bases k on k.id = j.knowledge_base_id and k.status <> 'deleting'
       where j.tenant_id = :tenant
      """;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<Missing>> MISSING = new TypeReference<>() {
  };

  private final DatabaseClient client;

  public ReindexJobs(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * What is to be done.
   *
   * @param spec JSON of the new generation
   * @param keep how long the old generation is kept for a rollback
   */
  public record Start(UUID id, UUID tenantId, UUID knowledgeBaseId, int fromGeneration, String fromConfig,
      String toConfig, String spec, Duration keep, String requestedBy) {}

  /** Opens the next generation with a job that fills it; belongs into a transaction that has the knowledge base locked. */
  public Mono<ReindexJob> start(Start start) {
    return client.sql("""
        with opened as (
          insert into generations (knowledge_base_id, generation, spec)
          select :base, max(generation) + 1, :spec::jsonb from generations where knowledge_base_id = :base
          returning generation)
        insert into reindex_jobs as j (id, tenant_id, knowledge_base_id, from_generation, to_generation, from_config,
                                       to_config, keep_seconds, requested_by)
        select :id, :tenant, :base, :from, generation, :fromConfig::jsonb, :toConfig::jsonb, :keep, :by from opened
        returning
        """ + COLUMNS).bind("id", start.id).bind("tenant", start.tenantId).bind("base", start.knowledgeBaseId)
        .bind("spec", start.spec).bind("from", start.fromGeneration).bind("fromConfig", start.fromConfig)
        .bind("toConfig", start.toConfig).bind("keep", start.keep.toSeconds()).bind("by", start.requestedBy)
        .map(ReindexJobs::read).one().onErrorMap(StoreFailures::translate);
  }

  public Mono<ReindexJob> find(UUID tenantId, UUID id) {
    return client.sql("select" + COLUMNS + OF_TENANT + " and j.id = :id").bind("tenant", tenantId).bind("id", id)
        .map(ReindexJobs::read).one().onErrorMap(StoreFailures::translate);
  }

  /** The knowledge base's newest one, which may have ended. */
  public Mono<ReindexJob> newest(UUID tenantId, UUID knowledgeBaseId) {
    return client
        .sql("select" + COLUMNS + OF_TENANT + " and j.knowledge_base_id = :base order by j.created_at desc limit 1")
        .bind("tenant", tenantId).bind("base", knowledgeBaseId).map(ReindexJobs::read).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Turns a job from one state to another; false if it is not in that state. */
  public Mono<Boolean> turn(ReindexJob job, State from, State to) {
    return client
        .sql(
            """
                update reindex_jobs set state = :to, due_at = now(), leased_until = '-infinity', updated_at = now(), documents = 0, ready = 0, failed = 0,
                       missing = '[]'
                 where id = :id and tenant_id = :tenant and state = :from
                """)
        .bind("to", to.wireName()).bind("from", from.wireName()).bind("id", job.id())
        .bind("tenant", job.tenantId()).fetch().rowsUpdated().map(rows -> rows > 0)
        .onErrorMap(StoreFailures::translate);
  }

  static ReindexJob read(Readable row) {
    return new ReindexJob(required(row, "id", UUID.class), required(row, "tenant_id", UUID.class),
        required(row, "knowledge_base_id", UUID.class), required(row, "from_generation", Integer.class),
        required(row, "to_generation", Integer.class), required(row, "from_config", String.class),
        required(row, "to_config", String.class), State.of(required(row, "state", String.class)),
        new Figures(required(row, "documents", Long.class), required(row, "ready", Long.class),
            required(row, "failed", Long.class), JSON.readValue(required(row, "missing", String.class), MISSING)),
        instant(row, "keep_until"), instant(row, "withheld_until"), required(row, "closed", Boolean.class),
        required(row, "requested_by", String.class), required(row, "created_at", OffsetDateTime.class).toInstant(),
        required(row, "updated_at", OffsetDateTime.class).toInstant(), instant(row, "switched_at"),
        instant(row, "finished_at"));
  }

  private static @Nullable Instant instant(Readable row, String column) {
    var time = row.get(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
