package io.selfrag.catalog.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.servers.SharedServers;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Acceptance of batches on a real database. */
class DocumentIntakeIT {
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID KB = new UUID(2, 2);
  private static final UUID DOCUMENT = new UUID(3, 3);
  private static final UUID OTHER = new UUID(3, 4);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Feeder EVERYBODY = new Feeder(new UUID(9, 9), null);
  private static final ReaderRights PUBLIC = new ReaderRights(null, List.of(), List.of(), "public");
  private static final long MIB = 1024L * 1024;

  private final DatabaseAddress address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
  private final CatalogDatabase database = new CatalogDatabase(address, "test", 4, LIMIT, LIMIT);
  private final DocumentIntake intake = new DocumentIntake(database);

  @BeforeEach
  void prepare() {
    CatalogMigration.migrate(address);
    sql("insert into tenants (id, name, quota_doc_count, quota_storage_mb) values ('" + TENANT + "', 'acme', 2, 1)");
    sql("insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'manuals')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void S1versionsOfOneDocumentInABatchFollowEachOtherAndTheLastOneStands() {
    var drafts = IntStream.rangeClosed(1, 50).mapToObj(it -> draft(DOCUMENT, "version " + it, it)).toList();

    var outcomes = accept(drafts);

    var revisions = outcomes.stream().map(it -> ((Acceptance.Accepted) it).revision()).toList();
    assertThat(revisions).isSorted().doesNotHaveDuplicates();
    assertThat(value("select last_revision || ' ' || title || ' ' || size_bytes from documents")).isEqualTo(
        revisions.getLast() + " version 50 50");
    assertThat(value("select count(*) from document_revisions where state = 'accepting'")).isEqualTo("50");
    assertThat(value("select doc_count || ' ' || storage_bytes from tenant_counters")).isEqualTo("1 50");
  }

  @Test
  void S21aVersionOverTheQuotaIsRefusedAloneWhetherItComesFirstOrLast() {
    var outcomes = accept(List.of(draft(DOCUMENT, "too large", 2 * MIB), draft(DOCUMENT, "fits", 100),
        draft(OTHER, "fits", 100), draft(OTHER, "too large", 2 * MIB)));

    assertThat(outcomes).extracting(it -> it instanceof Acceptance.Refused refused ? refused.code() : null)
        .containsExactly(ErrorCode.QUOTA_EXCEEDED, null, null, ErrorCode.QUOTA_EXCEEDED);
    assertThat(value("select string_agg(title || ' ' || size_bytes, ', ') from documents")).isEqualTo(
        "fits 100, fits 100");
    assertThat(value("select doc_count || ' ' || storage_bytes from tenant_counters")).isEqualTo("2 200");
  }

  @Test
  void S21aNewDocumentOfWhichNothingFitsLeavesNoRow() {
    accept(List.of(draft(DOCUMENT, "too large", 2 * MIB), draft(DOCUMENT, "as large", 3 * MIB)));

    assertThat(value("select count(*) from documents")).isEqualTo("0");
    assertThat(value("select coalesce(sum(doc_count + storage_bytes), 0) from tenant_counters")).isEqualTo("0");
  }

  @Test
  void S6anUploadAfterADeleteNamesIt() {
    accept(List.of(draft(DOCUMENT, "before", 10)));
    sql("update documents set deleted_revision = last_revision + 5, last_revision = last_revision + 5");

    var again = (Acceptance.Accepted) accept(List.of(draft(DOCUMENT, "after", 10))).getFirst();

    assertThat(again.deletedRevision()).isPositive().isLessThan(again.revision());
  }

  /** A connector feeds what it may not read: the key alone, and as long as no other has fed it after. */
  @Test
  void whatAKeyMayNotReadItReplacesOnlyIfItWasTheLastToBringIt() {
    var hidden = closed(draft(DOCUMENT, "first", 10), "alice");
    var connector = new Feeder(new UUID(9, 1), PUBLIC);
    var stranger = new Feeder(new UUID(9, 2), PUBLIC);
    var reader = new Feeder(new UUID(9, 3), new ReaderRights("alice", List.of(), List.of(), "public"));
    assertAccepted(connector, hidden);

    assertRefused(stranger, hidden);
    assertAccepted(connector, hidden);
    assertAccepted(reader, hidden);
    assertRefused(connector, hidden);
    assertAccepted(new Feeder(new UUID(9, 4), null), hidden);
    assertRefused(connector, hidden);
    sql("update documents set fed_by = null");
    assertRefused(connector, hidden);
    assertThat(value("select count(*) from document_revisions")).isEqualTo("4");
  }

  @Test
  void aDraftThatIsNotTheFeedersToReplaceFailsAlone() {
    intake.accept(EVERYBODY, TENANT, KB, List.of(closed(draft(DOCUMENT, "theirs", 10), "alice"))).block(LIMIT);

    var outcomes = intake.accept(new Feeder(new UUID(9, 2), PUBLIC), TENANT, KB,
        List.of(draft(DOCUMENT, "taken over", 20), draft(OTHER, "mine", 30), draft(DOCUMENT, "once more", 20)))
        .block(LIMIT);

    assertThat(outcomes).extracting(it -> it instanceof Acceptance.Refused refused ? refused.code() : null)
        .containsExactly(ErrorCode.NO_PERMISSION, null, ErrorCode.NO_PERMISSION);
    assertThat(value("select string_agg(title || ' ' || size_bytes, ', ' order by title) from documents"))
        .isEqualTo("mine 30, theirs 10");
    assertThat(value("select doc_count || ' ' || storage_bytes from tenant_counters")).isEqualTo("2 40");
  }

  @Test
  void anAclThatChangesWhileADraftWaitsForTheDocumentHolds() throws Exception {
    accept(List.of(draft(DOCUMENT, "open", 10)));
    var stranger = new Feeder(new UUID(9, 2), PUBLIC);

    var outcomes = whileLocked("update documents set acl_users = '{alice}'",
        intake.accept(stranger, TENANT, KB, List.of(draft(DOCUMENT, "taken over", 10))));

    assertThat(outcomes.getFirst()).isInstanceOfSatisfying(Acceptance.Refused.class,
        it -> assertThat(it.code()).isEqualTo(ErrorCode.NO_PERMISSION));
  }

  /** Else the text of the version that just became visible would stand under the attributes of the next. */
  @Test
  void aVersionThatBecomesVisibleWhileTheNextWaitsKeepsItsAttributes() throws Exception {
    var revision = ((Acceptance.Accepted) accept(List.of(closed(draft(DOCUMENT, "secret", 10), "alice"))).getFirst())
        .revision();

    whileLocked(
        """
            with flipped as (update documents set version = 1)
            insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision, live_attempt, chunk_count)
            values ('%s', 1, '%s', '%s', %d, 0, 1)"""
            .formatted(DOCUMENT, TENANT, KB, revision),
        intake.accept(EVERYBODY, TENANT, KB, List.of(draft(DOCUMENT, "open", 10))));

    assertThat(value("select title || ' ' || acl_users::text from documents")).isEqualTo("secret {alice}");
    assertThat(value("select attributes ->> 'title' from document_revisions order by revision desc limit 1"))
        .isEqualTo("open");
  }

  /** Does something to the row in a transaction that ends when the work waits for it. */
  private List<Acceptance> whileLocked(String statement, Mono<List<Acceptance>> work) throws Exception {
    try (var connection = DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
        var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute(statement);
      var waiting = work.toFuture();
      await().atMost(LIMIT).until(() -> value("select count(*) from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock'").equals("1"));
      connection.commit();
      return waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private void assertAccepted(Feeder feeder, DocumentDraft draft) {
    assertThat(intake.accept(feeder, TENANT, KB, List.of(draft)).block(LIMIT))
        .singleElement().isInstanceOf(Acceptance.Accepted.class);
  }

  private void assertRefused(Feeder feeder, DocumentDraft draft) {
    assertThat(intake.accept(feeder, TENANT, KB, List.of(draft)).block(LIMIT)).singleElement()
        .isInstanceOfSatisfying(Acceptance.Refused.class,
            it -> assertThat(it.code()).isEqualTo(ErrorCode.NO_PERMISSION));
  }

  private static DocumentDraft closed(DocumentDraft draft, String user) {
    var open = draft.attributes();
    return new DocumentDraft(draft.documentId(), null,
        new DocumentAttributes(open.title(), "{}", null, open.sensitivity(),
            List.of(user), List.of(), List.of()),
        draft.sha256(), draft.sizeBytes(), null, null, draft.lane(), null);
  }

  private List<Acceptance> accept(List<DocumentDraft> drafts) {
    return Objects.requireNonNull(intake.accept(EVERYBODY, TENANT, KB, drafts).block(LIMIT));
  }

  private static DocumentDraft draft(UUID id, String title, long size) {
    var attributes = new DocumentAttributes(title, "{}", null, Sensitivity.PUBLIC, List.of(), List.of(), List.of());
    return new DocumentDraft(id, null, attributes, new byte[32], size, null, null, Lane.INTERACTIVE, null);
  }

  private void sql(String statement) {
    database.client().sql(statement).fetch().rowsUpdated().block(LIMIT);
  }

  private String value(String query) {
    return String.valueOf(database.client().sql(query).map(row -> String.valueOf(row.get(0))).one().block(LIMIT));
  }
}
