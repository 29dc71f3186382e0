package io.selfrag.catalog.reindex;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.index.GenerationSwitch;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.reindex.ReindexJob.Figures;
import io.selfrag.catalog.reindex.ReindexJob.Missing;
import io.selfrag.catalog.reindex.ReindexJob.State;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The steps of reindexings: one sweeper at a time has a job, for as long as its lease. Each step is one transaction that holds only if
 * the job is still in the state in which it was taken, so that another goes on from wherever one stopped.
 */
public final class ReindexSteps {
  private static final int LISTED = 100;

  private static final String FIGURES = """
      select count(*) as documents,
             count(*) filter (where b.live_revision >= a.live_revision) as ready
        from document_generations a join documents d on d.id = a.document_id and a.live_revision > d.deleted_revision
        left join document_generations b on b.document_id = a.document_id and b.generation = :other
       where a.knowledge_base_id = :base and a.generation = :live
      """;

  private static final String MISSING = """
      select d.id, d.title, e.error_stage, e.error_code, e.error_message,
             count(*) filter (where e.stage is not null) over () as failed
        from document_generations a join documents d on d.id = a.document_id and a.live_revision > d.deleted_revision
        left join document_generations b on b.document_id = a.document_id and b.generation = :other
        left join lateral (select e.stage, e.error_stage, e.error_code, e.error_message from document_events e
                            where e.document_id = a.document_id and e.revision >= a.live_revision and e.stage = 'failed'
                              and e.generation = :other order by e.revision desc, e.attempt desc limit 1) e on true
       where a.knowledge_base_id = :base and a.generation = :live
         and (b.document_id is null or b.live_revision < a.live_revision)
       order by e.stage is null, d.id limit :limit
      """;

  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final GenerationSwitch switching;
  private final Outbox outbox;
  private final GenerationMessages messages;
  private final JsonMapper json = JsonMapper.shared();

  public ReindexSteps(CatalogDatabase database, TopicNames topics, AvroCodec codec, InstantSource clock) {
    this.database = database;
    this.client = database.client();
    this.switching = new GenerationSwitch(database, topics, codec, clock);
    this.outbox = new Outbox(database);
    this.messages = new GenerationMessages(topics, codec);
  }

  /** Takes a job that is due; empty if none is. */
  public Mono<ReindexJob> claim(Duration lease) {
    return client.sql("""
        update reindex_jobs j set leased_until = now() + make_interval(secs => :lease)
         where j.id = (select o.id from reindex_jobs o
                        join knowledge_bases k on k.id = o.knowledge_base_id and k.status <> 'deleting'
                        where o.state not in ('done', 'rolled_back', 'cancelled') and o.due_at <= now()
                          and o.leased_until <= now() order by o.due_at limit 1 for update of o skip locked)
        returning
        """ + ReindexJobs.COLUMNS).bind("lease", seconds(lease)).map(ReindexJobs::read).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** How far the generation is that queries are to see. */
  public Mono<Figures> figures(ReindexJob job) {
    return client.sql(FIGURES).bind("base", job.knowledgeBaseId()).bind("live", job.liveGeneration())
        .bind("other", job.otherGeneration())
        .map(row -> new Figures(required(row, "documents", Long.class), required(row, "ready", Long.class), 0,
            List.of()))
        .one().flatMap(it -> it.documents() == it.ready() ? Mono.just(it) : withMissing(job, it))
        .onErrorMap(StoreFailures::translate);
  }

  private record Lacking(Missing missing, long failed) {}

  private Mono<Figures> withMissing(ReindexJob job, Figures counted) {
    return client.sql(MISSING).bind("base", job.knowledgeBaseId()).bind("live", job.liveGeneration())
        .bind("other", job.otherGeneration()).bind("limit", LISTED)
        .map(row -> new Lacking(missing(row), required(row, "failed", Long.class))).all().collectList().map(rows -> {
          boolean few = counted.documents() - counted.ready() <= LISTED;
          var listed = rows.stream().map(Lacking::missing).filter(it -> few || it.code() != null).toList();
          return new Figures(counted.documents(), counted.ready(), rows.isEmpty() ? 0 : rows.getFirst().failed, listed);
        });
  }

  private static Missing missing(Readable row) {
    return new Missing(required(row, "id", UUID.class), required(row, "title", String.class),
        row.get("error_stage", String.class), row.get("error_code", String.class),
        row.get("error_message", String.class));
  }

  /** Records how far it is and gives it back; something happened if one of the figures is another. */
  public Mono<Void> progressed(ReindexJob job, Figures figures, Duration again) {
    return client.sql("""
        update reindex_jobs
           set updated_at = case when (documents, ready, failed) = (:documents, :ready, :failed) then updated_at
                                 else now() end,
               documents = :documents, ready = :ready, failed = :failed, missing = :missing::jsonb,
               leased_until = '-infinity', due_at = now() + make_interval(secs => :again)
         where id = :id and state = :state
        """).bind("documents", figures.documents()).bind("ready", figures.ready()).bind("failed", figures.failed())
        .bind("missing", json.writeValueAsString(figures.missing())).bind("again", seconds(again))
        .bind("id", job.id()).bind("state", job.state().wireName()).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** Gives it back undone. */
  public Mono<Void> release(ReindexJob job) {
    return client.sql("update reindex_jobs set leased_until = '-infinity' where id = :id").bind("id", job.id()).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Withholds flips of what queries see, so that the other generation catches up (S19). */
  public Mono<Void> withhold(ReindexJob job, Duration longest) {
    return inState(job, client.sql("""
        update knowledge_bases set status = 'switching' where id = :base and status = 'active'
        """).bind("base", job.knowledgeBaseId()).fetch().rowsUpdated().then(client.sql("""
        update reindex_jobs set withheld_until = now() + make_interval(secs => :longest) where id = :id
        """).bind("longest", seconds(longest)).bind("id", job.id()).fetch().rowsUpdated())).then();
  }

  /** Lets flips go on. */
  public Mono<Void> letGo(ReindexJob job) {
    return database.inTransaction(client.sql("""
        update knowledge_bases set status = 'active' where id = :base and status = 'switching'
        """).bind("base", job.knowledgeBaseId()).fetch().rowsUpdated()
        .then(client.sql("update reindex_jobs set withheld_until = null where id = :id").bind("id", job.id()).fetch()
            .rowsUpdated()))
        .then();
  }

  /** Lets queries see the other generation if nothing would be missing or older there; false if something would. */
  public Mono<Boolean> switchOver(ReindexJob job) {
    boolean back = job.state() == State.REVERTING;
    var wanted = new GenerationSwitch.Wanted(job.knowledgeBaseId(), job.liveGeneration(), job.otherGeneration(),
        back ? job.fromConfig() : job.toConfig());
    var turned = client.sql("""
        update reindex_jobs
           set state = :to, switched_at = now(), updated_at = now(), withheld_until = null, leased_until = '-infinity',
               ready = documents, failed = 0, missing = '[]',
               keep_until = case when :back then null else now() + make_interval(secs => keep_seconds) end,
               due_at = case when :back then now() else now() + make_interval(secs => keep_seconds) end
         where id = :id and state = :from
        """).bind("to", (back ? State.ROLLING_BACK : State.SWITCHED).wireName()).bind("back", back)
        .bind("id", job.id()).bind("from", job.state().wireName()).fetch().rowsUpdated()
        .flatMap(rows -> rows > 0 ? tell(job, job.otherGeneration()).thenReturn(true) : Mono.just(false));
    return switching.tryTo(wanted, turned);
  }

  /** Tells whoever follows the compacted topic; what decides is the row. */
  private Mono<Void> tell(ReindexJob job, int live) {
    return client.sql("select name from knowledge_bases where id = :base").bind("base", job.knowledgeBaseId())
        .map(row -> required(row, "name", String.class)).one()
        .flatMap(name -> outbox.append(List.of(messages.config(job, name, live))));
  }

  /** The time for a rollback is over. */
  public Mono<Void> complete(ReindexJob job) {
    return client.sql("""
        update reindex_jobs set state = 'completing', updated_at = now(), leased_until = '-infinity', due_at = now()
         where id = :id and state = 'switched' and keep_until <= now()
        """).bind("id", job.id()).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Closes the generation that nobody needs and records that everything of it must go (S13). */
  public Mono<Void> close(ReindexJob job) {
    int generation = job.otherGeneration();
    return inState(job, client.sql("""
        update knowledge_bases set status = case status when 'switching' then 'active' else status end where id = :base
        """).bind("base", job.knowledgeBaseId()).fetch().rowsUpdated().then(client.sql("""
        update generations set state = 'closed' where knowledge_base_id = :base and generation = :generation
        """).bind("base", job.knowledgeBaseId()).bind("generation", generation).fetch().rowsUpdated())
        .then(client.sql("""
            insert into purges (tenant_id, knowledge_base_id, generation) values (:tenant, :base, :generation)
            """).bind("tenant", job.tenantId()).bind("base", job.knowledgeBaseId()).bind("generation", generation)
            .fetch()
            .rowsUpdated())
        .then(client.sql("delete from withheld_flips where knowledge_base_id = :base and generation = :generation")
            .bind("base", job.knowledgeBaseId()).bind("generation", generation).fetch().rowsUpdated())
        .then(outbox.append(List.of(messages.closed(job, generation)))).then(client.sql("""
            update reindex_jobs set closed_at = now(), updated_at = now(), withheld_until = null,
                   leased_until = '-infinity', due_at = now() + interval '1 second' where id = :id
            """).bind("id", job.id()).fetch().rowsUpdated()));
  }

  /** Ends the job once its purge has run; false if it has not. */
  public Mono<Boolean> finish(ReindexJob job) {
    var end = switch (job.state()) {
      case COMPLETING -> State.DONE;
      case ROLLING_BACK -> State.ROLLED_BACK;
      case CANCELLING -> State.CANCELLED;
      case FILLING, SWITCHED, REVERTING, DONE, ROLLED_BACK, CANCELLED ->
        throw new IllegalStateException("nothing is purged in state " + job.state());
    };
    return client.sql("""
        update reindex_jobs j set state = :end, finished_at = now(), updated_at = now(), leased_until = '-infinity'
         where j.id = :id and j.state = :state
           and not exists (select 1 from purges p where p.knowledge_base_id = j.knowledge_base_id
                              and p.document_id is null and p.generation = :generation)
        """).bind("end", end.wireName()).bind("id", job.id()).bind("state", job.state().wireName())
        .bind("generation", job.otherGeneration()).fetch().rowsUpdated().flatMap(rows -> rows > 0
            ? Mono.just(true)
            : later(job, Duration.ofSeconds(1)).thenReturn(false))
        .onErrorMap(StoreFailures::translate);
  }

  private Mono<Void> later(ReindexJob job, Duration again) {
    return client
        .sql(
            """
                update reindex_jobs set leased_until = '-infinity', due_at = now() + make_interval(secs => :again) where id = :id
                """)
        .bind("again", seconds(again)).bind("id", job.id()).fetch().rowsUpdated().then();
  }

  /** What alarms are about. */
  public record Standing(long open, long failed, Duration standstill) {}

  /** How many are under way, how many of their documents failed, and how long the slowest that must come further has not. */
  public Mono<Standing> standing() {
    return client
        .sql(
            """
                select count(*) as open, coalesce(sum(failed), 0)::bigint as failed,
                       coalesce(extract(epoch from max(case when state <> 'switched' then now() - updated_at end)), 0)::float8 as seconds
                  from reindex_jobs where state not in ('done', 'rolled_back', 'cancelled')
                """)
        .map(row -> new Standing(required(row, "open", Long.class), required(row, "failed", Long.class),
            Duration.ofMillis((long) (required(row, "seconds", Double.class) * 1000))))
        .one()
        .onErrorMap(StoreFailures::translate);
  }

  /** In one transaction under the lock of the job's row, if it is still in its state. */
  private Mono<Void> inState(ReindexJob job, Mono<?> work) {
    return database.inTransaction(client.sql("select id from reindex_jobs where id = :id and state = :state for update")
        .bind("id", job.id()).bind("state", job.state().wireName()).map(row -> required(row, "id", UUID.class)).one()
        .flatMap(_ -> work.thenReturn(true))).then();
  }

  private static double seconds(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toMillis() / 1000.0;
  }
}
