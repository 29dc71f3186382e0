package io.selfrag.catalog.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.lookup.ExternalReservations.Outcome;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentIntroduction;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.servers.SharedServers;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Knowledge bases and reservations on a real database. */
class LookupIT {
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID KB = new UUID(2, 2);
  private static final UUID OTHER_KB = new UUID(2, 3);
  private static final UUID DOCUMENT = new UUID(3, 3);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SPEC = "{\"chunker\": \"recursive\", \"chunker_params\": {\"size\": 64, \"overlap\": 8}, "
      + "\"language\": \"auto\", \"models\": [{\"language\": \"any\", \"provider\": \"hashing\", \"model\": \"m\", "
      + "\"dimension\": 64}]}";

  private final DatabaseAddress address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
  private final CatalogDatabase database = new CatalogDatabase(address, "test", 4, LIMIT, LIMIT);
  private final ProcessingLookup lookup = new ProcessingLookup(database);
  private final ExternalReservations reservations = new ExternalReservations(database);

  @BeforeEach
  void prepare() {
    CatalogMigration.migrate(address);
    sql("insert into tenants (id, name, quota_doc_count, quota_storage_mb) values ('" + TENANT + "', 'acme', 2, 1)");
    for (UUID kb : List.of(KB, OTHER_KB)) {
      sql("insert into knowledge_bases (id, tenant_id, name) values ('" + kb + "', '" + TENANT + "', '" + kb + "')");
    }
    sql("insert into generations (knowledge_base_id, generation, spec, state) values ('" + KB + "', 1, '" + SPEC
        + "', 'closed'), ('" + KB + "', 2, '" + SPEC + "', 'open')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aKnowledgeBaseComesWithItsOpenGenerationsAndOnlyToItsTenant() {
    var found = find(TENANT);

    assertThat(found.getDeleted()).isFalse();
    assertThat(found.getGenerations()).extracting(GenerationSpec::getGeneration).containsExactly(2);
    assertThat(found.getGenerations().getFirst().getSpec().getChunkerParams()).isEqualTo("{\"overlap\":8,\"size\":64}");
    assertThat(lookup.find(new UUID(9, 9), KB).blockOptional(LIMIT)).isEmpty();
  }

  @Test
  void aKnowledgeBaseOnItsWayOutIsSaidToBeDeleted() {
    sql("update knowledge_bases set status = 'deleting' where id = '" + KB + "'");

    assertThat(find(TENANT).getDeleted()).isTrue();
    assertThat(reserve(KB, DOCUMENT, 100, 10)).isEqualTo(Outcome.KB_NOT_FOUND);
  }

  @Test
  void S21aReservationCountsOnceHoweverOftenItIsMade() {
    assertThat(reserve(KB, DOCUMENT, 100, 10)).isEqualTo(Outcome.RESERVED);
    assertThat(reserve(KB, DOCUMENT, 100, 10)).isEqualTo(Outcome.RESERVED);

    assertThat(number("select doc_count from tenant_counters")).isEqualTo(1);
    assertThat(number("select storage_bytes from tenant_counters")).isEqualTo(10);
    assertThat(number("select count(*) from document_revisions where state = 'pending'")).isEqualTo(1);
  }

  @Test
  void S21aReplaceCountsTheDifference() {
    reserve(KB, DOCUMENT, 100, 10);
    reserve(KB, DOCUMENT, 200, 4);

    assertThat(number("select doc_count from tenant_counters")).isEqualTo(1);
    assertThat(number("select storage_bytes from tenant_counters")).isEqualTo(4);
    assertThat(number("select last_revision from documents")).isEqualTo(200);
    assertThat(number("select attributes_revision from documents")).isEqualTo(200);
  }

  @Test
  void S21aboveTheQuotaNothingChanges() {
    reserve(KB, DOCUMENT, 100, 10);
    reserve(KB, new UUID(3, 4), 100, 10);

    assertThat(reserve(KB, new UUID(3, 5), 100, 10)).isEqualTo(Outcome.QUOTA_EXCEEDED);
    assertThat(reserve(KB, DOCUMENT, 200, 2 << 20)).isEqualTo(Outcome.QUOTA_EXCEEDED);
    assertThat(number("select count(*) from documents")).isEqualTo(2);
    assertThat(number("select storage_bytes from tenant_counters")).isEqualTo(20);
    assertThat(number("select max(last_revision) from documents")).isEqualTo(100);
  }

  @Test
  void S21parallelReservationsFillTheQuotasExactly() {
    sql("update tenants set quota_doc_count = 10");
    assertThat(reservedOfAHundred(10, 1)).isEqualTo(10);
    assertThat(number("select count(*) from documents")).isEqualTo(10);
    assertThat(number("select doc_count from tenant_counters")).isEqualTo(10);

    sql("update tenants set quota_doc_count = -1");
    // Ten more are a little less than the MiB, eleven more.
    assertThat(reservedOfAHundred(20, 100_000)).isEqualTo(10);
    assertThat(number("select storage_bytes from tenant_counters")).isEqualTo(10 * 1 + 10 * 100_000);
  }

  private long reservedOfAHundred(int family, long size) {
    return Objects.requireNonNull(Flux.range(0, 100)
        .flatMap(i -> reservations.reserve(draft(KB, new UUID(family, i), 100, size, "title", "{}")), 100)
        .filter(it -> it == Outcome.RESERVED).count().block(LIMIT));
  }

  @Test
  void S4anIdOfAnotherKnowledgeBaseIsAConflict() {
    reserve(OTHER_KB, DOCUMENT, 100, 10);

    assertThat(reserve(KB, DOCUMENT, 200, 10)).isEqualTo(Outcome.DOCUMENT_ID_CONFLICT);
    assertThat(number("select doc_count from tenant_counters")).isEqualTo(1);
  }

  @Test
  void S16whatBecomesVisibleWhileItsRowIsWaitedForKeepsItsAttributes() throws Exception {
    reserve(KB, DOCUMENT, 100, 10);
    try (var flip = DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
        var statement = flip.createStatement()) {
      flip.setAutoCommit(false);
      statement.execute("update documents set version = 1");
      statement.execute("insert into document_generations (document_id, generation, tenant_id, knowledge_base_id,"
          + " live_revision, live_attempt, chunk_count) select id, 1, tenant_id, knowledge_base_id, 100, 0, 1"
          + " from documents");
      var outcome = CompletableFuture.supplyAsync(() -> reserve(KB, DOCUMENT, 200, 10, "of the next version", "{}"));
      Awaitility.await().atMost(LIMIT).until(() -> number(
          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 1);

      flip.commit();

      assertThat(outcome.get()).isEqualTo(Outcome.RESERVED);
    }
    assertThat(number("select count(*) from documents where title = 'title' and attributes_revision = 100"))
        .as("the old text is not shown under the new title").isEqualTo(1);
    assertThat(number("select count(*) from document_revisions where revision = 200 and attributes is not null"))
        .isEqualTo(1);
  }

  @Test
  void attributesThatNoColumnTakesAreRefused() {
    assertThat(reserve("", "{}")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(reserve("t".repeat(256), "{}")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(reserve("t", "[]")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(reserve("t", "{")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(reserve("t\0", "{}")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(reserve("t", "{\"a\": \"\\u0000\"}")).isEqualTo(Outcome.INVALID_ATTRIBUTES);
    assertThat(number("select count(*) from documents")).isZero();
  }

  private KnowledgeBaseState find(UUID tenant) {
    return lookup.find(tenant, KB).blockOptional(LIMIT).orElseThrow();
  }

  private Outcome reserve(UUID kb, UUID document, long revision, long size) {
    return reserve(kb, document, revision, size, "title", "{}");
  }

  private Outcome reserve(String title, String metadata) {
    return reserve(KB, DOCUMENT, 100, 10, title, metadata);
  }

  private Outcome reserve(UUID kb, UUID document, long revision, long size, String title, String metadata) {
    return reservations.reserve(draft(kb, document, revision, size, title, metadata)).blockOptional(LIMIT)
        .orElseThrow();
  }

  private static ExternalDraft draft(UUID kb, UUID document, long revision, long size, String title, String metadata) {
    var attributes = new Attributes(title, metadata, null,
        new Acl(Sensitivity.PUBLIC, List.of("u"), List.of(), List.of()));
    var introduction = new DocumentIntroduction(attributes, null, size, new Sha256(new byte[32]), "bulk");
    return new ExternalDraft(TENANT, kb, document, revision, introduction);
  }

  private void sql(String statement) {
    database.client().sql(statement).fetch().rowsUpdated().block(LIMIT);
  }

  private long number(String query) {
    return Objects.requireNonNull(
        database.client().sql(query).map(row -> Objects.requireNonNull(row.get(0, Long.class))).one().block(LIMIT));
  }
}
