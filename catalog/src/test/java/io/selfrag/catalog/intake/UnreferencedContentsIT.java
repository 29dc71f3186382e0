package io.selfrag.catalog.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.TestCatalog;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Sensitivity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** S22: which originals stay and which go, and that none is lost which is put at that moment. */
class UnreferencedContentsIT {
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID OTHER_TENANT = new UUID(1, 2);
  private static final UUID KB = new UUID(2, 2);
  private static final UUID OTHER_KB = new UUID(2, 3);
  private static final UUID DOCUMENT = new UUID(3, 3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestCatalog catalog;
  private static ContentStore store;
  private static UnreferencedContents unreferenced;
  private static DocumentIntake intake;

  @BeforeAll
  static void start() {
    catalog = new TestCatalog();
    store = new ContentStore(catalog.database());
    unreferenced = new UnreferencedContents(catalog.database());
    intake = new DocumentIntake(catalog.database());
  }

  @AfterAll
  static void stop() {
    catalog.close();
  }

  @BeforeEach
  void prepare() {
    catalog.clear();
    catalog.sql(
        "insert into tenants (id, name, quota_doc_count) values ('" + TENANT + "', 'a', -1), ('" + OTHER_TENANT
            + "', 'b', -1)",
        "insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'm'), ('" + OTHER_KB
            + "', '" + OTHER_TENANT + "', 'm')");
  }

  @Test
  void S22whatNothingReferencesGoesAfter48HoursWithItsParts() {
    put(TENANT, "old");
    aged("49 hours");
    put(TENANT, "young");
    catalog.sql("update contents set referenced_at = now() - interval '47 hours' where sha256 = " + literal("young"));

    assertThat(collect()).isEqualTo(1);

    assertThat(isStored(TENANT, "old")).isFalse();
    assertThat(catalog.number("select count(*) from content_parts where sha256 = " + literal("old"))).isZero();
    assertThat(isStored(TENANT, "young")).isTrue();
  }

  @Test
  void S22aDocumentKeepsWhatIsLiveAndWhatIsNewestAndNothingOlder() {
    ended(upload(DOCUMENT, "first"), "superseded");
    indexed(upload(DOCUMENT, "live"));
    ended(upload(DOCUMENT, "failed between"), "failed");
    ended(upload(DOCUMENT, "newest, failed"), "failed");
    aged("3 days");

    assertThat(collect()).isEqualTo(2);

    assertThat(isStored(TENANT, "first")).isFalse();
    assertThat(isStored(TENANT, "failed between")).isFalse();
    assertThat(isStored(TENANT, "live")).isTrue();
    assertThat(isStored(TENANT, "newest, failed")).isTrue();
  }

  @Test
  void S22whatTheNewestRevisionEqualsStaysForARetry() {
    long failed = upload(DOCUMENT, "failed");
    ended(failed, "failed");
    long unchanged = accept(TENANT, KB, DOCUMENT, "failed");
    ended(unchanged, "unchanged");
    catalog.sql("update document_revisions set equals_revision = " + failed
        + ", content_sha256 = null where revision = " + unchanged);
    aged("3 days");

    assertThat(collect()).isZero();
  }

  @Test
  void S22whatIsUnderWayStaysThoughNewerIsToo() {
    for (String state : List.of("accepting", "pending", "processing")) {
      ended(upload(DOCUMENT, state), state);
    }
    ended(upload(DOCUMENT, "newest"), "pending");
    aged("3 days");

    assertThat(collect()).isZero();
  }

  @Test
  void S22aDeletedDocumentKeepsNothingAndOneUploadedAgainItsNewContent() {
    var gone = new UUID(3, 4);
    indexed(upload(gone, "gone"));
    indexed(upload(DOCUMENT, "before"));
    catalog.sql("update documents set deleted_revision = last_revision + 1, last_revision = last_revision + 1");
    ended(upload(DOCUMENT, "after"), "pending");
    aged("3 days");

    assertThat(collect()).isEqualTo(2);

    assertThat(isStored(TENANT, "after")).isTrue();
  }

  @Test
  void S22anotherTenantsDocumentKeepsNothingOfThisOne() {
    put(TENANT, "same");
    put(OTHER_TENANT, "same");
    accept(OTHER_TENANT, OTHER_KB, DOCUMENT, "same");
    aged("3 days");

    assertThat(collect()).isEqualTo(1);

    assertThat(isStored(TENANT, "same")).isFalse();
    assertThat(isStored(OTHER_TENANT, "same")).isTrue();
  }

  @Test
  void S22whatIsKeptIsLookedAtAgainAfterAsLong() {
    indexed(upload(DOCUMENT, "kept"));
    aged("3 days");
    collect();
    catalog.sql("delete from documents", "delete from document_revisions", "delete from document_generations");

    assertThat(collect()).isZero();
    aged("3 days");
    assertThat(collect()).isEqualTo(1);
  }

  @Test
  void S22howeverManyAreDueAllAreLookedAtInSlices() {
    // Large ones by what their row says: a slice is bounded by parts, and one content alone may be larger than that.
    catalog.sql("insert into contents (tenant_id, sha256, size_bytes, parts) select '" + TENANT
        + "', decode(lpad(to_hex(i), 64, '0'), 'hex'), 1, case when i % 100 = 0 then 1000 else 1 end"
        + " from generate_series(1, 1200) i");
    aged("3 days");

    assertThat(collect()).isEqualTo(1200);
    assertThat(catalog.number("select count(*) from contents")).isZero();
  }

  @Test
  void S22aPutThatIsNotYetCommittedSavesWhatIsDue() {
    put(TENANT, "raced");
    aged("3 days");

    var collected = catalog.get(catalog.database().inTransaction(
        // As a future it runs outside this transaction.
        putting(TENANT, "raced").then(Mono.fromFuture(() -> unreferenced.collect().toFuture())).timeout(PATIENCE)));

    assertThat(collected).isZero();
    assertThat(isStored(TENANT, "raced")).isTrue();
    assertThat(collect()).isZero();
  }

  @Test
  void S22aPutThatComesWhileItsContentGoesStoresItAnew() throws Exception {
    put(TENANT, "raced");
    aged("3 days");
    // The collection stands at the gate with its locks held.
    catalog.sql("create or replace function at_gate() returns trigger language plpgsql as $$ begin"
        + " perform pg_advisory_xact_lock(42); return old; end $$",
        "create trigger gate before delete on contents for each row execute function at_gate()");
    CompletableFuture<Long> collection;
    CompletableFuture<Void> put;
    try (var gate = DriverManager.getConnection(catalog.address().jdbcUrl(), catalog.address().user(),
        catalog.address().password()); var hold = gate.createStatement()) {
      hold.execute("select pg_advisory_lock(42)");
      collection = unreferenced.collect().toFuture();
      await().atMost(PATIENCE).until(() -> waiting("advisory") == 1);
      put = putting(TENANT, "raced").toFuture();
      await().atMost(PATIENCE).until(() -> waiting("transactionid") == 1);
      assertThat(put).isNotDone();
    } finally {
      catalog.sql("drop trigger if exists gate on contents");
    }

    assertThat(collection.get()).isEqualTo(1);
    put.get();
    assertThat(isStored(TENANT, "raced")).isTrue();
  }

  @Test
  void S22whateverIsPutWhileSeveralCollectIsThereAfterwards() {
    var texts = IntStream.range(0, 40).mapToObj(it -> "text " + it).toList();
    for (int round = 0; round < 5; round++) {
      texts.forEach(it -> put(TENANT, it));
      aged("3 days");
      var collections = IntStream.range(0, 3).mapToObj(_ -> unreferenced.collect().toFuture()).toList();
      var puts = texts.stream().filter(it -> it.hashCode() % 2 == 0).toList();

      catalog.run(Flux.fromIterable(puts).flatMap(it -> putting(TENANT, it), 4).then());

      collections.forEach(CompletableFuture::join);
      assertThat(puts).allSatisfy(it -> assertThat(isStored(TENANT, it)).as(it).isTrue());
      assertThat(catalog.number("select count(*) from contents")).isEqualTo(puts.size());
    }
  }

  private static long waiting(String lock) {
    return catalog.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and wait_event = '"
        + lock + "' and datname = current_database()");
  }

  private static long collect() {
    return catalog.get(unreferenced.collect());
  }

  private static void put(UUID tenant, String text) {
    catalog.run(putting(tenant, text));
  }

  private static Mono<Void> putting(UUID tenant, String text) {
    var bytes = text.getBytes(UTF_8);
    return store.put(tenant, sha256(text), bytes.length, Flux.just(bytes));
  }

  /** Takes the text in as the document's next revision. */
  private static long upload(UUID document, String text) {
    put(TENANT, text);
    return accept(TENANT, KB, document, text);
  }

  private static long accept(UUID tenant, UUID knowledgeBase, UUID document, String text) {
    var attributes = new DocumentAttributes("t", "{}", null, Sensitivity.PUBLIC, List.of(), List.of(), List.of());
    var draft = new DocumentDraft(document, null, attributes, sha256(text), text.length(), null, null,
        Lane.INTERACTIVE, null);
    var outcomes = catalog.get(intake.accept(new Feeder(new UUID(9, 9), null), tenant, knowledgeBase, List.of(draft)));
    return ((Acceptance.Accepted) outcomes.getFirst()).revision();
  }

  private static void indexed(long revision) {
    ended(revision, "indexed");
    catalog
        .sql("insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision,"
            + " live_attempt, chunk_count) select document_id, 1, tenant_id, knowledge_base_id, revision, 0, 1"
            + " from document_revisions where revision = " + revision
            + " on conflict (document_id, generation) do update set live_revision = excluded.live_revision");
  }

  private static void ended(long revision, String state) {
    catalog.sql("update document_revisions set state = '" + state + "' where revision = " + revision);
  }

  private static void aged(String interval) {
    catalog.sql("update contents set referenced_at = now() - interval '" + interval + "'");
  }

  /** Whether every byte can be read. */
  private static boolean isStored(UUID tenant, String text) {
    return Boolean.TRUE.equals(store.parts(tenant, sha256(text))
        .flatMap(parts -> store.read(tenant, sha256(text), parts).collectList())
        .map(it -> new String(it.getFirst(), UTF_8).equals(text)).block(PATIENCE));
  }

  private static String literal(String text) {
    return "'\\x" + HexFormat.of().formatHex(sha256(text)) + "'";
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
