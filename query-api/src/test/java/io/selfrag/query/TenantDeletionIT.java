package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.index.EventProjection;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.Version;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.query.QueryService.As;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Stage;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** A tenant is deleted while documents of it are accepted, indexed and projected: nobody waits for one who waits for him. */
@Timeout(120)
class TenantDeletionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int BASES = 4;
  private static final int TENANTS = 6;

  @Test
  void S12aDeletionWaitsForAnAcceptanceUnderWayAndHoldsNothingThatItNeeds() throws Exception {
    var service = QueryService.shared();
    var tenant = service.tenant();
    var bases = new ArrayList<>(List.of(tenant.knowledgeBase()));
    for (int i = 1; i < BASES; i++) {
      bases.add(service.knowledgeBase(tenant.admin(), Map.of()));
    }
    var last = bases.stream().map(UUID::toString).max(String::compareTo).orElseThrow();
    try (var acceptance = DriverManager.getConnection(service.database.jdbcUrl(), service.database.user(),
        service.database.password()); var sql = acceptance.createStatement()) {
      acceptance.setAutoCommit(false);
      sql.execute("set local deadlock_timeout = '100ms'");
      sql.execute("select 1 from knowledge_bases k join tenants t on t.id = k.tenant_id where k.id = '" + last
          + "' for share of k, t");
      var deletion = CompletableFuture
          .supplyAsync(() -> service.delete(As.OPERATOR, "/admin/tenants/" + tenant.id()));
      Awaitility.await().atMost(LIMIT).until(() -> service.column("""
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
          """).size() == 1);

      sql.execute("update tenant_counters set doc_count = doc_count + 1 where tenant_id = '" + tenant.id() + "'");
      acceptance.commit();

      assertThat(deletion.get().status()).isEqualTo(202);
    }
    assertThat(service.column("select distinct status from knowledge_bases where tenant_id = '" + tenant.id() + "'"))
        .containsExactly("deleting");
  }

  @Test
  void S12deletionsAmongAcceptancesFlipsAndProjectionsNeverDeadlock() throws Exception {
    try (var service = new QueryService(Map.of(), Map.of())) {
      var library = new Library(service);
      var address = DatabaseAddress.parse(service.database.url());
      try (var database = new CatalogDatabase(address, "pipeline", 8, LIMIT, LIMIT);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < TENANTS; i++) {
          var tenant = service.tenant();
          var bases = new ArrayList<>(List.of(tenant.knowledgeBase()));
          Stream.generate(() -> service.knowledgeBase(tenant.admin(), Map.of())).limit(BASES - 1).forEach(bases::add);
          var pipeline = new Pipeline(service, library, database, tenant.id(), bases, new AtomicBoolean());
          var work = Stream.<Runnable>of(pipeline::accept, pipeline::accept, pipeline::index, pipeline::index,
              pipeline::project, pipeline::change).map(threads::submit).toList();
          Awaitility.await().atMost(LIMIT).until(() -> service.column(
              "select 1 from document_generations where tenant_id = '" + tenant.id() + "' limit 5").size() == 5);

          assertThat(service.delete(As.OPERATOR, "/admin/tenants/" + tenant.id()).status()).isEqualTo(202);

          pipeline.over.set(true);
          for (var it : work) {
            it.get();
          }
        }
      }
      endServerProcesses(service);
      assertThat(service.column("select deadlocks from pg_stat_database where datname = current_database()"))
          .containsExactly("0");
    }
  }

  /** Each counts its deadlocks where all see them when it ends at the latest. */
  private static void endServerProcesses(QueryService service) {
    var processes = String.join(", ", service.column("""
        select pid from pg_stat_activity
         where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
        """));
    service.column("select pg_terminate_backend(pid) from pg_stat_activity where pid in (" + processes + ")");
    Awaitility.await().atMost(LIMIT).until(
        () -> service.column("select 1 from pg_stat_activity where pid in (" + processes + ")").isEmpty());
  }

  /** Everything that locks rows of a tenant, with batches over all its knowledge bases. */
  private record Pipeline(QueryService service, Library library, CatalogDatabase database, UUID tenant,
      List<UUID> bases, AtomicBoolean over) {
    private static final int DOCUMENTS = 12;

    void accept() {
      repeat(random -> {
        var document = document(random);
        library.accept(tenant, base(document), Library.draft(document, "badger"));
      });
    }

    void index() {
      var sink = new IndexChanges(database, service.topics, new AvroCodec(), InstantSource.system(), true);
      var fences = new FenceRows(database);
      repeat(random -> {
        var batch = new ArrayList<IndexChange>();
        for (int i = 0; i < 5; i++) {
          var document = document(random);
          service.column("select max(revision) from document_revisions where document_id = '" + document + "'").stream()
              .filter(Objects::nonNull).map(Long::valueOf)
              .forEach(revision -> batch.addAll(library.write(
                  new Version(tenant, base(document), document, 1, revision, 0),
                  Library.draft(document, "badger"))));
        }
        if (!batch.isEmpty()) {
          await(sink.apply(batch, await(fences.read(batch))));
        }
      });
    }

    void project() {
      var projection = new EventProjection(database);
      repeat(random -> {
        var events = Stream.generate(() -> document(random)).limit(6)
            .map(it -> DocumentEvent.newBuilder().setTenantId(tenant).setKnowledgeBaseId(base(it)).setDocumentId(it)
                .setRevision(random.nextLong(1, 1000)).setAttempt(0).setStage(Stage.QUEUED).setAt(Instant.now())
                .build())
            .toList();
        projection.project(events).block(LIMIT);
      });
    }

    void change() {
      var changes = new DocumentChanges(database, service.topics, new AvroCodec());
      repeat(
          random -> changes.delete(tenant, document(random), new Feeder(new UUID(9, 9), null), Map.of()).block(LIMIT));
    }

    private interface Step {
      void with(RandomGenerator random);
    }

    /** Refusals are right, since the tenant goes; so is to be sent back to the fences by its deletion, as the next turn is. */
    private void repeat(Step step) {
      var random = RandomGenerator.of("L64X128MixRandom");
      while (!over.get()) {
        try {
          step.with(random);
        } catch (SelfRagException e) {
          assertThat(e.isTransient()).as(e.detail()).isFalse();
        } catch (IndexChanges.RouteChanged e) {
          assertThat(service.column("select status from tenants where id = '" + tenant + "'"))
              .containsExactly("deleting");
        }
      }
    }

    private UUID document(RandomGenerator random) {
      return new UUID(tenant.getMostSignificantBits(), random.nextInt(DOCUMENTS));
    }

    private UUID base(UUID document) {
      return bases.get((int) document.getLeastSignificantBits() % bases.size());
    }
  }

  private static <T> T await(Mono<T> work) {
    return Objects.requireNonNull(work.block(LIMIT));
  }
}
