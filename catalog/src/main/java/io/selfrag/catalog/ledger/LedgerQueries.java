package io.selfrag.catalog.ledger;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares the tables with the invariants. Each check is one statement; what is still in flight looks like a violation, so ask
 * once {@link #backlog()} is empty.
 */
public final class LedgerQueries {
  /** What these find is there whenever work is under way, or is looked at chunk by chunk elsewhere. */
  private static final Set<LedgerRule> IN_FLIGHT = Set.of(LedgerRule.OPEN_REVISION, LedgerRule.UNSENT_RECORD,
      LedgerRule.PURGE_NOT_RUN, LedgerRule.MISSING_VECTORS);

  private final DatabaseClient client;

  public LedgerQueries(CatalogDatabase database) {
    this.client = database.client();
  }

  /** All violations that the tables alone can show, rule by rule. */
  public Flux<Violation> violations() {
    return Flux.fromArray(LedgerRule.values())
        .concatMap(rule -> client.sql(rule.sql())
            .map(row -> new Violation(rule.invariant(), rule.name(), id(row, "subject"), text(row, "detail"))).all())
        .onErrorMap(StoreFailures::translate);
  }

  /** The names of the rules that {@link #standing} can check while the system works. */
  public static List<String> standingRules() {
    return Arrays.stream(LedgerRule.values()).filter(it -> !IN_FLIGHT.contains(it)).map(LedgerRule::name).toList();
  }

  /**
   * Violations of a rule that work in flight does not explain: none of a document that waits for something or of which something
   * is being purged.
   *
   * @param only the tenant of which violations are wanted; null for every tenant
   */
  public Mono<List<Violation>> standing(String ruleName, @Nullable UUID only, int limit) {
    var rule = LedgerRule.valueOf(ruleName);
    var statement = client.sql("select v.subject, v.detail from (" + rule.sql() + ") v " + """
         where not exists (select 1 from document_revisions r where r.document_id = v.subject
                              and r.state in ('accepting', 'pending', 'processing'))
           and not exists (select 1 from purges p where p.document_id = v.subject)
        """ + (only == null ? "" : """
           and (v.subject = :only or exists (select 1 from documents d where d.id = v.subject and d.tenant_id = :only)
             or exists (select 1 from knowledge_bases k where k.id = v.subject and k.tenant_id = :only))
        """) + " limit :limit").bind("limit", limit);
    return (only == null ? statement : statement.bind("only", only))
        .map(row -> new Violation(rule.invariant(), ruleName, id(row, "subject"), text(row, "detail"))).all()
        .collectList().onErrorMap(StoreFailures::translate);
  }

  /** What is still to be done. */
  public Mono<Backlog> backlog() {
    return client.sql("""
        select (select count(*) from document_revisions where state in ('accepting', 'pending', 'processing')) as open,
               (select count(*) from outbox) as unsent,
               (select count(*) from purges where again_after is null) as purges
        """).map(row -> new Backlog(number(row, "open"), number(row, "unsent"), number(row, "purges"))).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** What is still to be done, by state; a state of which there is nothing is missing. */
  public Flux<OpenWork> openWork() {
    return client.sql("""
        select case when deadline_at = 'infinity' then 'parked' else state end as state, lane, count(*) as revisions,
               (extract(epoch from now() - min(accepted_at)) * 1000)::bigint as oldest_ms
          from document_revisions where state in ('accepting', 'pending', 'processing') group by 1, lane
        """)
        .map(row -> new OpenWork(text(row, "state"), text(row, "lane"), number(row, "revisions"),
            Duration.ofMillis(Math.max(0, number(row, "oldest_ms")))))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** Sizes of what was compared. */
  public Mono<LedgerCounts> counts() {
    return client.sql("""
        select (select count(*) from documents) as documents,
               (select count(*) from document_generations g join documents d on d.id = g.document_id
                       and g.live_revision > d.deleted_revision
                  join knowledge_bases k on k.id = g.knowledge_base_id and k.live_generation = g.generation) as live,
               (select count(*) from documents where processing_status = 'failed') as failed,
               (select count(*) from document_revisions) as revisions,
               (select count(*) from chunks) as chunks, (select count(*) from chunk_vectors) as vectors,
               (select count(*) from dead_letters) as dead_letters, (select count(*) from purges) as purges
        """)
        .map(row -> new LedgerCounts(number(row, "documents"), number(row, "live"), number(row, "failed"),
            number(row, "revisions"), number(row, "chunks"), number(row, "vectors"), number(row, "dead_letters"),
            number(row, "purges")))
        .one().onErrorMap(StoreFailures::translate);
  }

  /** Every tenant, whatever its state. */
  public Flux<UUID> tenants() {
    return client.sql("select id from tenants order by id").map(row -> id(row, "id")).all()
        .onErrorMap(StoreFailures::translate);
  }

  /** Every chunk row of a tenant, live or not. */
  public Flux<StoredChunk> chunks(UUID tenantId) {
    return client.sql("""
        select id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal
          from chunks where tenant_id = :tenant
        """).bind("tenant", tenantId)
        .map(row -> new StoredChunk(id(row, "id"), id(row, "tenant_id"), id(row, "knowledge_base_id"),
            id(row, "document_id"), (int) number(row, "generation"), number(row, "revision"),
            (int) number(row, "attempt"), (int) number(row, "ordinal")))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** Where every document stands. */
  public Flux<DocumentOutcome> outcomes() {
    return client.sql("""
        select d.id, d.processing_status, d.error_code, encode(r.content_sha256, 'hex') as live_sha256
          from documents d join knowledge_bases k on k.id = d.knowledge_base_id
          left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
               and g.live_revision > d.deleted_revision
          left join document_revisions r on r.document_id = d.id and r.revision = g.live_revision
        """)
        .map(row -> new DocumentOutcome(id(row, "id"), text(row, "processing_status"),
            row.get("error_code", String.class), row.get("live_sha256", String.class)))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** The final state of a knowledge base's documents with an external id, comparable between runs. */
  public Flux<DocumentDigest> digests(UUID knowledgeBaseId) {
    return client
        .sql(
            """
                select d.external_id, d.processing_status, d.error_code, count(c.id) as chunks,
                       md5(string_agg(concat_ws('|', c.ordinal, c.char_start, c.char_end, md5(c.text), c.model, md5(v.vector)), ' '
                                      order by c.ordinal)) as digest
                  from documents d join knowledge_bases k on k.id = d.knowledge_base_id
                  left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
                       and g.live_revision > d.deleted_revision
                  left join chunks c on c.document_id = d.id and c.generation = g.generation and c.revision = g.live_revision
                       and c.attempt = g.live_attempt
                  left join chunk_vectors v on v.chunk_id = c.id
                 where d.knowledge_base_id = :kb and d.external_id is not null
                 group by d.external_id, d.processing_status, d.error_code
                """)
        .bind("kb", knowledgeBaseId)
        .map(row -> new DocumentDigest(text(row, "external_id"), text(row, "processing_status"),
            row.get("error_code", String.class), number(row, "chunks"), row.get("digest", String.class)))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** Some chunks of a knowledge base, spread evenly over it; the same ones each time. */
  public Flux<ChunkSample> sample(UUID knowledgeBaseId, int size) {
    return client.sql("""
        select text, context, model from chunks where knowledge_base_id = :kb order by md5(id::text) limit :size
        """).bind("kb", knowledgeBaseId).bind("size", size)
        .map(row -> new ChunkSample(text(row, "text"), text(row, "context"), text(row, "model"))).all()
        .onErrorMap(StoreFailures::translate);
  }

  private static UUID id(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, UUID.class), column);
  }

  private static String text(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, String.class), column);
  }

  private static long number(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, Long.class), column);
  }
}
