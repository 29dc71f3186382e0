package io.selfrag.catalog;

import static io.selfrag.catalog.ManyRows.base;
import static io.selfrag.catalog.ManyRows.baseOf;
import static io.selfrag.catalog.ManyRows.document;
import static io.selfrag.catalog.ManyRows.id;
import static io.selfrag.catalog.ManyRows.tenant;
import static io.selfrag.catalog.ManyRows.tenantOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.catalog.idempotency.IdempotencyKeys;
import io.selfrag.catalog.idempotency.IdempotencyScope;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.EventProjection;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.OpenWork;
import io.selfrag.catalog.index.Purge;
import io.selfrag.catalog.index.PurgedRows;
import io.selfrag.catalog.index.Purges;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.catalog.index.Version;
import io.selfrag.catalog.intake.AcceptingRevisions;
import io.selfrag.catalog.intake.DocumentAttributes;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentFilter;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.catalog.intake.RevisionOutcomes;
import io.selfrag.catalog.intake.UnreferencedContents;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.lookup.ProcessingLookup;
import io.selfrag.catalog.outbox.OutboxSession;
import io.selfrag.catalog.search.PassageQueries;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Stage;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the catalog asks again and again costs as much as what it asks for, however much is stored: no statement reads a whole
 * table or index of those that grow. Held on the plans of the statements that it really sends.
 */
class QueryPlansIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final TopicNames TOPICS = new TopicNames("t.");
  private static final AvroCodec CODEC = new AvroCodec();
  private static final StatementPlans PLANS = new StatementPlans();
  /** A document that tests only read. */
  private static final int D = 4242;

  private static TestCatalog catalog;
  private static CatalogDatabase database;
  private static Set<String> partialIndexes;

  @BeforeAll
  static void fill() {
    catalog = new TestCatalog();
    ManyRows.fill(catalog);
    database = new CatalogDatabase(catalog.address(), "plans", 4, LIMIT, LIMIT, PLANS::observing,
        InetAddress::getAllByName);
    partialIndexes = new HashSet<>(catalog.column(
        "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null"));
  }

  @AfterAll
  static void close() {
    database.close();
    catalog.close();
  }

  @BeforeEach
  void forget() {
    PLANS.take();
  }

  @Test
  void retrievalReadsByIndexAlone() {
    var queries = new PassageQueries(database);
    var bases = List.of(base(baseOf(D)), base(3));
    var chunks = IntStream.range(0, 16).mapToObj(it -> id("c" + (D * 4 + it))).toList();
    var documents = IntStream.range(0, 16).mapToObj(it -> document(D + it / 4)).toList();
    var reader = new ReaderRights("ada", List.of("r"), List.of("g"), "public");

    catalog.get(queries.knowledgeBases(tenantOf(D), bases));
    assertThat(catalog.get(queries.hits(tenantOf(D), bases, chunks, documents, 2, null))).hasSize(16);
    catalog.get(queries.hits(tenantOf(D), bases, chunks, documents, 2, reader));
    assertThat(catalog.get(queries.vectors(tenantOf(D), chunks))).isNotEmpty();
    assertThat(catalog.get(queries.standing(tenantOf(D), bases, document(D), reader)).live()).isTrue();

    holds(5);
  }

  @Test
  void theSinkWritesAndFlipsByIndexAlone() {
    var fences = new FenceRows(database);
    var sink = new IndexChanges(database, TOPICS, CODEC, InstantSource.fixed(NOW), true);
    var changes = new ArrayList<IndexChange>();
    for (int i = 1001; i < 1021; i++) {
      var version = version(i, 5);
      IntStream.range(0, 3).forEach(it -> changes.add(new IndexChange.Chunk(chunk(version, it, 3), Map.of())));
    }
    changes.add(new IndexChange.Delete(tenantOf(50), base(baseOf(50)), document(50), 9, 0, Map.of()));
    changes.add(new IndexChange.Interrupt(tenantOf(51), base(baseOf(51)), document(51), 9, 0, Map.of()));
    changes.add(new IndexChange.Patch(tenantOf(52), base(baseOf(52)), document(52), 9,
        new io.selfrag.catalog.index.DocumentAttributes("t", "{}", null, "public", List.of(), List.of(), List.of()),
        Map.of()));
    changes.add(new IndexChange.Reconsider(version(1100, 3), 3));

    var outcome = catalog.get(sink.apply(changes, catalog.get(fences.read(changes))));
    catalog.get(fences.modelsOf(List.of(document(D), document(D + 1))));

    assertThat(outcome.flipped()).hasSize(20);
    holds(15);
  }

  @Test
  void theTimelineIsProjectedByIndexAlone() {
    var events = new ArrayList<DocumentEvent>();
    for (int i = 2001; i < 2021; i++) {
      events.add(event(i, 3, Stage.QUEUED).build());
      events.add(event(i, 3, Stage.FAILED).setError(new Failure("parse", "CORRUPT", "m")).build());
    }
    events.add(event(2050, 4, Stage.DELETED).build());

    catalog.run(new EventProjection(database).project(events));

    assertThat(catalog.value("select processing_status from documents where id = '" + document(2001) + "'"))
        .isEqualTo("failed");
    holds(6);
  }

  @Test
  void sweepsOfPurgesReadByIndexAlone() {
    var purges = new Purges(database);
    var rows = new PurgedRows(database);
    int gone = 3001;
    var purge = new Purge(tenantOf(gone), base(baseOf(gone)), document(gone), null, new Purge.Limit.Below(2, 0));

    catalog.run(purges.add(List.of(purge)));
    var due = catalog.get(purges.claim(100, Duration.ofMinutes(1)));
    catalog.all(rows.generations(purge));
    catalog.get(rows.deleteRows(purge));
    catalog.get(
        rows.deleteRows(new Purge(tenantOf(gone), base(baseOf(gone)), document(gone), 1, new Purge.Limit.Only(1, 0))));
    var ids = due.stream().map(it -> it.id()).toList();
    catalog.run(purges.repeatAfter(ids, Duration.ofMinutes(1)));
    catalog.run(purges.release(ids));
    catalog.run(purges.remove(ids));

    assertThat(due).hasSize(100);
    holds(9);
  }

  @Test
  void aKnowledgeBaseGoesByIndexAlone() {
    var rows = new PurgedRows(database);
    var tenant = tenant(ManyRows.GOING / 2);
    var base = base(ManyRows.GOING);

    assertThat(catalog.get(rows.deleteSlice(tenant, base))).isEqualTo(80);
    assertThat(catalog.get(rows.deleteLedgerSlice(tenant, base))).isPositive();
    assertThat(catalog.get(rows.deleteDocumentSlice(tenant, base))).isEqualTo(20);
    catalog.run(rows.removeKnowledgeBase(tenant, base));

    holds(6);
  }

  @Test
  void whatHangsOnARowIsFoundByIndexWhenTheRowGoes() {
    var unindexed = catalog.column("""
        select c.conrelid::regclass || ' ' || c.conname from pg_constraint c
         where c.contype = 'f' and not exists (
           select 1 from pg_index i
            where i.indrelid = c.conrelid and i.indpred is null and i.indkey[0] = c.conkey[1])
        """);

    assertThat(unindexed).as("foreign keys whose columns no index begins with").isEmpty();
  }

  @Test
  void refreshesAreTakenByIndexAlone() {
    var refreshes = new Refreshes(database);

    var due = catalog.all(refreshes.claim(20, Duration.ofMinutes(1)));
    catalog.run(refreshes.done(due.subList(0, 10)));
    catalog.run(refreshes.release(due.subList(10, 20)));

    assertThat(due).hasSize(20);
    holds(4);
  }

  @Test
  void theOutboxIsRelayedByIndexAlone() {
    var session = catalog.get(OutboxSession.open(database));
    var records = catalog.all(session.oldest(500));
    catalog.run(session.remove(records.stream().map(it -> it.id()).toList()));
    catalog.run(session.close());

    assertThat(records).hasSize(500);
    holds(3);
  }

  @Test
  void listsAndSingleDocumentsAreReadByIndexAlone() {
    var reads = new DocumentReads(database);
    var tenant = tenantOf(D);
    var base = base(baseOf(D));
    var reader = new ReaderRights("ada", List.of("r"), List.of("g"), "public");

    for (DocumentFilter filter : List.of(new DocumentFilter(null, null, null, null),
        new DocumentFilter("failed", null, null, null), new DocumentFilter(null, null, "4242", null),
        new DocumentFilter(null, null, null, "page " + D))) {
      catalog.get(reads.list(tenant, base, filter, 40, 20, reader));
    }
    assertThat(catalog.get(reads.list(tenant, base, new DocumentFilter(null, null, null, null), 40, 20, null)).items())
        .hasSize(20);
    catalog.get(reads.find(tenant, document(D), reader));
    catalog.get(reads.knowledgeBaseOf(tenant, document(D), null));
    catalog.get(reads.chunks(tenant, document(D), 0, 20));
    catalog.get(reads.content(tenant, document(D)));

    holds(14);
  }

  @Test
  void theTimelineIsReadByIndexAlone() {
    var reads = new DocumentReads(database);

    var events = catalog.all(reads.events(tenantOf(D), document(D), 0, 100));
    catalog.all(reads.events(tenantOf(D), document(D), events.getLast().seq(), 100));

    assertThat(events).hasSize(2);
    holds(2);
  }

  @Test
  void theProgressOfAJobIsReadByIndexAlone() {
    var jobs = new IngestJobs(database);
    var job = id("j40");
    var tenant = tenant(40 % 20 / 2);

    catalog.run(jobs.requireOpen(tenant, base(40 % 20 / 2 * 2), job));
    catalog.get(jobs.find(tenant, job));
    assertThat(catalog.get(jobs.detail(job, new Feeder(new UUID(9, 9), null))).stages()).containsEntry("indexed", 100L);
    catalog.all(new RevisionOutcomes(database).of(IntStream.range(0, 20)
        .mapToObj(it -> new RevisionKey(document(D + it), 2)).toList()));

    holds(5);
  }

  @Test
  void documentsAreAcceptedAndChangedByIndexAlone() {
    var intake = new DocumentIntake(database);
    var changes = new DocumentChanges(database, TOPICS, CODEC);
    int first = 5005;
    var tenant = tenantOf(first);
    var drafts = IntStream.range(0, 40).mapToObj(it -> draft(it % 2 == 0
        ? document(first + it / 2 * ManyRows.GOING)
        : UUID.randomUUID())).toList();

    var accepted = catalog.get(intake.accept(new Feeder(new UUID(9, 9), null), tenant, base(baseOf(first)), drafts));
    catalog.run(intake.confirm(accepted.stream().map(it -> (io.selfrag.catalog.intake.Acceptance.Accepted) it)
        .map(it -> new RevisionKey(it.draft().documentId(), it.revision())).toList()));
    catalog.run(changes.patch(tenant, document(first), null, it -> it, Map.of()));
    catalog.run(changes.interrupt(tenant, document(first), null, Map.of()));
    catalog.sql("update document_revisions set state = 'interrupted' where kind = 'interrupt'");
    catalog.get(changes.retry(tenant, document(first), null, Map.of()));
    catalog.run(changes.delete(tenant, document(first), new Feeder(new UUID(9, 9), null), Map.of()));
    catalog.get(new IntakeChecks(database).open(100_000));
    catalog.get(new IntakeChecks(database).interactiveInFlight(tenant, 50));

    holds(25);
  }

  @Test
  void whatRunsEveryNowAndThenReadsByIndexAlone() {
    var accepting = new AcceptingRevisions(database);
    var work = new OpenWork(database);

    catalog.get(work.open());
    assertThat(catalog.get(work.overdue(null, 0, 200))).isNotEmpty();
    catalog.get(work.overdue(document(D), 2, 200));
    catalog.sql("update document_revisions set accepted_at = now() - interval '1 hour' where state = 'accepting'");
    var overdue = catalog.get(accepting.overdue(Duration.ofMinutes(2)));
    var horizon = new AcceptingRevisions.Horizon(Map.of("t.documents/0", 7L));
    assertThat(catalog.get(accepting.note(overdue, horizon))).isPositive();
    assertThat(catalog.all(accepting.horizons())).contains(horizon);
    assertThat(catalog.get(accepting.forget(horizon))).isPositive();
    catalog.get(new UnreferencedContents(database).collect());
    catalog.get(new IdempotencyKeys(database).removeForgotten());

    holds(12);
  }

  @Test
  void whatEveryRequestAsksIsReadByIndexAlone() {
    var keys = new ApiKeys(database);
    var hash = catalog.get(database.client().sql("select key_hash from api_keys where id = '" + id("k7") + "'")
        .map(row -> row.get(0, byte[].class)).one());
    var found = catalog.get(keys.byHash(hash));
    catalog.run(keys.touch(found.key().id()));
    catalog.all(keys.ofTenant(tenant(7)));
    catalog.get(new IdempotencyKeys(database).claim(new IdempotencyScope(id("k7"), "POST /v1/documents", "new"), hash));
    catalog.get(new KnowledgeBases(database).hasDocuments(base(2)));
    catalog.get(new KnowledgeBases(database).hasDocuments(UUID.randomUUID()));
    catalog.get(new KnowledgeBases(database).list(tenant(1), null, 1, 20));
    catalog.get(new IsolationMigrations(database).steer(tenant(1), 1L));
    catalog.get(new ProcessingLookup(database).find(tenant(1), base(2)));
    catalog.get(new DeadLetterQueries(database).find(id("l7")));
    catalog.get(new DeadLetterQueries(database).list(new DeadLetterFilter(tenant(1), null, null, null, null, null), 1,
        20));

    holds(13);
  }

  /** No statement since the test began reads a whole table or index. */
  private static void holds(int atLeast) {
    var plans = PLANS.take();
    assertThat(plans).as("statements that were seen").hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(plans).allSatisfy(
        plan -> assertThat(plan.wholeReads(ManyRows.TABLES, partialIndexes)).as(plan::toString).isEmpty());
  }

  private static Version version(int document, long revision) {
    return new Version(tenantOf(document), base(baseOf(document)), document(document), 1, revision, 0);
  }

  private static ChunkRow chunk(Version version, int ordinal, int announced) {
    return new ChunkRow(Ids.chunkId(version.tenantId(), version.knowledgeBaseId(), version.documentId(),
        version.generation(), version.revision(), version.attempt(), ordinal), version, ordinal, announced, "text", "",
        0, 9, 0, 0, List.of(), 2, "en", null, "hashing/h/2", new byte[8]);
  }

  private static DocumentEvent.Builder event(int document, long revision, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(tenantOf(document)).setKnowledgeBaseId(base(baseOf(document)))
        .setDocumentId(document(document)).setRevision(revision).setAttempt(0).setStage(stage).setAt(NOW);
  }

  private static DocumentDraft draft(UUID document) {
    return new DocumentDraft(document, null,
        new DocumentAttributes("t", "{}", null, Sensitivity.PUBLIC, List.of(), List.of(), List.of()), new byte[32], 10,
        null, null, Lane.INTERACTIVE, null);
  }
}
