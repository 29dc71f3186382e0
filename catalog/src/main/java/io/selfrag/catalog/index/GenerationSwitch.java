package io.selfrag.catalog.index;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.OpenRevisions.Bound;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/**
 * Lets queries see another generation, in one transaction that every flip of the knowledge base waits for (S19). Documents of which the
 * other generation has a newer version become that version for users in the same instant: number, attributes and timeline follow.
 */
public final class GenerationSwitch {
  /** Below PostgreSQL's own wait for a deadlock: who accepts documents holds the knowledge base and may wait for one of them. */
  private static final String IMPATIENT = "set local lock_timeout = '500ms'";

  /** Lock not available, deadlock. */
  private static final Set<String> LOCKED = Set.of("55P03", "40P01");

  private static final String MISSING = """
      select count(*) as n
        from document_generations a join documents d on d.id = a.document_id and a.live_revision > d.deleted_revision
        left join document_generations b on b.document_id = a.document_id and b.generation = :target
       where a.knowledge_base_id = :base and a.generation = :live
         and (b.document_id is null or b.live_revision < a.live_revision)
      """;

  private static final String ADVANCED = """
      select b.tenant_id, b.knowledge_base_id, b.document_id, b.generation, b.live_revision as revision,
             b.live_attempt as attempt, b.chunk_count
        from document_generations b join documents d on d.id = b.document_id and b.live_revision > d.deleted_revision
        left join document_generations a on a.document_id = b.document_id and a.generation = :live
       where b.knowledge_base_id = :base and b.generation = :target
         and (a.document_id is null or a.live_revision < b.live_revision)
       order by b.document_id
      """;

  /** Versions whose end in the other generation was told while it did not count, and whose end in this one will not count. */
  private static final String UNTOLD = """
      select g.tenant_id, g.knowledge_base_id, g.document_id, g.generation, g.live_revision as revision,
             g.live_attempt as attempt, g.chunk_count
        from document_revisions r
        join document_generations g on g.document_id = r.document_id and g.generation = :target
             and g.live_revision = r.revision and g.live_attempt = r.attempt
       where r.knowledge_base_id = :base and r.kind = 'upsert' and r.state in ('pending', 'processing')
      """;

  private static final String UNTOLD_FAILURES = """
      select e.tenant_id, e.knowledge_base_id, e.document_id, e.generation, e.revision, e.attempt, e.error_stage,
             e.error_code, e.error_message
        from document_revisions r
        join document_events e on e.document_id = r.document_id and e.revision = r.revision and e.attempt = r.attempt
             and e.stage = 'failed' and e.generation = :target
       where r.knowledge_base_id = :base and r.kind = 'upsert' and r.state in ('pending', 'processing')
      """;

  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final DocumentRows documents;
  private final OpenRevisions openRevisions;
  private final Outbox outbox;
  private final IndexEvents events;

  public GenerationSwitch(CatalogDatabase database, TopicNames topics, AvroCodec codec, InstantSource clock) {
    this.database = database;
    this.client = database.client();
    this.documents = new DocumentRows(client);
    this.openRevisions = new OpenRevisions(client);
    this.outbox = new Outbox(database);
    this.events = new IndexEvents(topics, codec, clock);
  }

  /**
   * What is to become of a knowledge base.
   *
   * @param live what queries see
   * @param target what they are to see
   * @param config the parts of the knowledge base's config that go with it
   */
  public record Wanted(UUID knowledgeBaseId, int live, int target, String config) {}

  private record Advanced(Version version, int chunkCount) {}

  /**
   * Switches if nothing that queries see would be missing or older afterwards; false if something would, or if a flip came between: to be
   * tried again.
   *
   * @param also joins the transaction before anything is changed; if it says false, nothing is
   */
  public Mono<Boolean> tryTo(Wanted wanted, Mono<Boolean> also) {
    return database.inTransaction(client.sql(IMPATIENT).fetch().rowsUpdated().then(advanced(wanted))
        .flatMap(seen -> lockDocuments(seen).then(also).filter(it -> it).flatMap(_ -> lockKnowledgeBase(wanted))
            .filter(it -> it)
            .flatMap(_ -> missing(wanted)).filter(it -> it == 0).flatMap(_ -> advanced(wanted))
            .filter(now -> idsOf(seen).containsAll(idsOf(now)))
            .flatMap(now -> perform(wanted, now).thenReturn(true)))
        .switchIfEmpty(Mono.error(NotYet::new))).onErrorResume(GenerationSwitch::isInTheWay, _ -> Mono.just(false));
  }

  /** Something would be missing, or somebody held a row for longer than we wait. */
  private static boolean isInTheWay(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotYet || (cause instanceof R2dbcException it
          && LOCKED.contains(Objects.requireNonNullElse(it.getSqlState(), "")))) {
        return true;
      }
    }
    return false;
  }

  private Mono<List<Advanced>> advanced(Wanted wanted) {
    return bind(ADVANCED, wanted)
        .map(row -> new Advanced(VersionArrays.version(row), Columns.integer(row, "chunk_count"))).all().collectList();
  }

  private Mono<Void> lockDocuments(List<Advanced> advanced) {
    if (advanced.isEmpty()) {
      return Mono.empty();
    }
    var ids = advanced.stream().map(it -> it.version.documentId()).toArray(UUID[]::new);
    return client.sql("select id from documents where id = any(:ids) order by id for no key update").bind("ids", ids)
        .fetch().rowsUpdated()
        .then(client.sql("""
            select revision from document_revisions where document_id = any(:ids) and kind = 'upsert'
             order by document_id, revision for update
            """).bind("ids", ids).fetch().rowsUpdated()).then();
  }

  private Mono<Boolean> lockKnowledgeBase(Wanted wanted) {
    return client.sql("""
        select live_generation from knowledge_bases where id = :base and status <> 'deleting' for no key update
        """).bind("base", wanted.knowledgeBaseId).map(row -> Columns.integer(row, "live_generation") == wanted.live)
        .one();
  }

  private Mono<Long> missing(Wanted wanted) {
    return bind(MISSING, wanted).map(row -> Columns.bigint(row, "n")).one();
  }

  private Mono<Void> perform(Wanted wanted, List<Advanced> advanced) {
    var versions = advanced.stream().map(Advanced::version).toList();
    var ones = versions.stream().map(_ -> 1).toList();
    // What failed in the generation that was live and is whole in this one did not fail after all.
    return reopen(versions)
        .then(documents.flip(versions, advanced.stream().map(Advanced::chunkCount).toList(), ones))
        .flatMap(changed -> refresh(wanted, changed.toArray(UUID[]::new)))
        .then(Mono.defer(() -> client.sql("""
            update knowledge_bases
               set live_generation = :target, status = 'active', config = config || :config::jsonb, updated_at = now()
             where id = :base
            """).bind("target", wanted.target).bind("config", wanted.config).bind("base", wanted.knowledgeBaseId)
            .fetch().rowsUpdated()))
        .then(openRevisions.below(versions.stream()
            .map(it -> new Bound(it.documentId(), it.revision(), it.attempt())).toList()))
        .flatMap(superseded -> records(wanted, advanced, superseded)).flatMap(outbox::append)
        .then(Mono.defer(() -> recount(wanted)));
  }

  private Mono<Void> reopen(List<Version> versions) {
    return versions.isEmpty()
        ? Mono.empty()
        : VersionArrays
            .bind(client.sql("""
                update document_revisions r set state = 'processing', error_stage = null, error_code = null,
                       error_message = null, finished_at = null
                  from\s""" + VersionArrays.TABLE + """
                 where r.document_id = wanted.document_id and r.revision = wanted.revision
                   and r.attempt = wanted.attempt and r.state = 'failed'
                """), versions)
            .fetch().rowsUpdated().then();
  }

  private Mono<Long> refresh(Wanted wanted, UUID[] changed) {
    return client.sql("""
        insert into refreshes (document_id, tenant_id, knowledge_base_id)
        select id, tenant_id, knowledge_base_id from documents
         where id = any(:ids) and knowledge_base_id = :base order by id
            on conflict (document_id) do update set wanted = refreshes.wanted + 1
        """).bind("ids", changed).bind("base", wanted.knowledgeBaseId).fetch().rowsUpdated();
  }

  private Mono<List<OutboxRecord>> records(Wanted wanted, List<Advanced> advanced,
      List<OpenRevisions.Open> superseded) {
    var records = new ArrayList<OutboxRecord>();
    superseded.forEach(it -> records.add(events.ofRevision(it.tenantId(), it.knowledgeBaseId(), it.documentId(),
        it.revision(), it.attempt(), Stage.SUPERSEDED, Map.of())));
    advanced.forEach(it -> records.add(events.ofVersion(it.version, Stage.INDEXED, it.chunkCount, Map.of())));
    var untold = client.sql(UNTOLD).bind("base", wanted.knowledgeBaseId).bind("target", wanted.target)
        .map(row -> events.ofVersion(VersionArrays.version(row), Stage.INDEXED, Columns.integer(row, "chunk_count"),
            Map.of()))
        .all().collectList();
    var failures = client.sql(UNTOLD_FAILURES).bind("base", wanted.knowledgeBaseId).bind("target", wanted.target)
        .map(row -> events.failed(VersionArrays.version(row), failure(row))).all().collectList();
    return untold.doOnNext(records::addAll).then(failures).doOnNext(records::addAll).thenReturn(records);
  }

  private static Failure failure(Readable row) {
    return new Failure(Columns.text(row, "error_stage"), Columns.text(row, "error_code"),
        Columns.text(row, "error_message"));
  }

  /** Last, as everyone does; raises the revision by which caches of results are keyed (S18). */
  private Mono<Void> recount(Wanted wanted) {
    return client
        .sql(
            """
                update knowledge_base_counters c
                   set document_count = g.documents, chunk_count = g.chunks, revision = c.revision + 1
                  from (select count(*) as documents, coalesce(sum(g.chunk_count), 0) as chunks
                          from document_generations g join documents d on d.id = g.document_id and g.live_revision > d.deleted_revision
                         where g.knowledge_base_id = :base and g.generation = :target) g
                 where c.knowledge_base_id = :base
                """)
        .bind("base", wanted.knowledgeBaseId).bind("target", wanted.target).fetch().rowsUpdated().then();
  }

  private GenericExecuteSpec bind(String sql, Wanted wanted) {
    return client.sql(sql).bind("base", wanted.knowledgeBaseId).bind("live", wanted.live)
        .bind("target", wanted.target);
  }

  private static Set<UUID> idsOf(List<Advanced> advanced) {
    return advanced.stream().map(it -> it.version.documentId()).collect(Collectors.toSet());
  }

  /** Rolls back what was locked. */
  private static final class NotYet extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotYet() {
      super("not yet", null, false, false);
    }
  }
}
