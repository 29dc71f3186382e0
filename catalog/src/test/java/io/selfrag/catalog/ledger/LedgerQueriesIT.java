package io.selfrag.catalog.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.servers.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule must bite: a healthy catalog has no violation, and each way of breaking it is found by its own rule. */
class LedgerQueriesIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final UUID DOCUMENT = new UUID(0, 3);

  private static CatalogDatabase database;
  private LedgerQueries ledger;

  @BeforeAll
  static void open() {
    var address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
    CatalogMigration.migrate(address);
    database = new CatalogDatabase(address, "ledger", 2, LIMIT, LIMIT);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void fill() {
    ledger = new LedgerQueries(database);
    run("truncate tenants cascade", "truncate documents cascade", "truncate document_revisions, document_generations",
        "truncate chunks, chunk_vectors, purges, outbox, document_events");
    run("insert into tenants (id, name) values ('%s', 't')".formatted(new UUID(0, 1)),
        "insert into tenant_counters values ('%s', 1, 1, 7)".formatted(new UUID(0, 1)),
        "insert into knowledge_bases (id, tenant_id, name) values ('%s', '%s', 'k')".formatted(new UUID(0, 2),
            new UUID(0, 1)),
        "insert into knowledge_base_counters values ('%s', '%s', 1, 2, 1)".formatted(new UUID(0, 2), new UUID(0, 1)),
        """
            insert into documents (tenant_id, knowledge_base_id, id, title, processing_status, version, size_bytes, counted)
            values ('%s', '%s', '%s', 'd', 'completed', 1, 7, true)
            """
            .formatted(new UUID(0, 1), new UUID(0, 2), DOCUMENT),
        """
            insert into document_generations values ('%s', 1, '%s', '%s', 10, 0, 2)
            """.formatted(DOCUMENT, new UUID(0, 1), new UUID(0, 2)));
    revision(10, "upsert", "indexed");
    for (int ordinal = 0; ordinal < 2; ordinal++) {
      chunk(ordinal, 10);
    }
  }

  @Test
  void aHealthyCatalogHasNoViolation() {
    assertThat(ledger.violations().collectList().block(LIMIT)).isEmpty();
    assertThat(ledger.backlog().block(LIMIT)).isEqualTo(new Backlog(0, 0, 0));
    assertThat(ledger.counts().block(LIMIT)).isEqualTo(new LedgerCounts(1, 1, 0, 1, 2, 2, 0, 0));
    assertThat(ledger.chunks(new UUID(0, 1)).collectList().block(LIMIT)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      OPEN_REVISION | insert into document_revisions select document_id, 20, 0, tenant_id, knowledge_base_id, kind, 'pending' from document_revisions
      FAILED_WITHOUT_REASON | insert into document_revisions select document_id, 9, 0, tenant_id, knowledge_base_id, kind, 'failed' from document_revisions
      IMPOSSIBLE_END | update document_revisions set kind = 'delete'
      ENDED_TWICE | insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, at) select tenant_id, knowledge_base_id, document_id, revision, 0, s, now() from document_revisions, unnest(array['indexed', 'failed']) s
      DOCUMENT_WITHOUT_REVISION | delete from document_revisions
      UNSENT_RECORD | insert into outbox (topic, value) values ('t', '')
      INCOMPLETE_VERSION | delete from chunks where ordinal = 0
      INCOMPLETE_VERSION | update chunks set ordinal = 5 where ordinal = 1
      NOT_AS_ANNOUNCED | update document_revisions set chunk_count = 3
      ORPHAN_CHUNKS | update chunks set revision = 9 where ordinal = 1
      ORPHAN_CHUNKS | update documents set deleted_revision = 11
      ORPHAN_VECTORS | delete from chunks where ordinal = 1
      MISSING_VECTORS | delete from chunk_vectors
      LIVE_BELOW_TOMBSTONE | update documents set deleted_revision = 11
      PURGE_NOT_RUN | insert into purges (tenant_id) select id from tenants
      WRONG_LIVE_VERSION | update document_generations set live_revision = 9
      WRONG_LIVE_VERSION | delete from document_generations
      UNCHANGED_BUT_DIFFERENT | insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state, content_sha256) select document_id, 20, tenant_id, knowledge_base_id, kind, 'unchanged', 'x' from document_revisions
      WRONG_TOMBSTONE | insert into document_revisions select document_id, 9, 0, tenant_id, knowledge_base_id, 'delete', 'deleted' from document_revisions
      WRONG_STATUS | update documents set processing_status = 'processing'
      FAILED_UNEXPLAINED | update documents set processing_status = 'failed'
      WRONG_VERSION_NUMBER | update documents set version = 2
      WRONG_KNOWLEDGE_BASE_COUNTERS | update knowledge_base_counters set chunk_count = 3
      WRONG_TENANT_COUNTERS | update tenant_counters set storage_bytes = 8
      WRONG_KB_COUNT | update tenant_counters set kb_count = 0
      WRONG_RESERVATION | update documents set counted = false
      """)
  void aBrokenCatalogIsFound(String rule, String fault) {
    run(fault);

    var found = ledger.violations().map(Violation::rule).collectList().block(LIMIT);

    assertThat(found).contains(rule);
  }

  @Test
  void everyRuleHasACaseAbove() {
    var cases = new ArrayList<String>();
    for (var source : aBrokenCatalogIsFoundSource().split("\n")) {
      cases.add(source.split("\\|", 2)[0].strip());
    }
    assertThat(cases).containsAll(List.of(LedgerRule.values()).stream().map(Enum::name).toList());
  }

  private static String aBrokenCatalogIsFoundSource() {
    try {
      return LedgerQueriesIT.class.getDeclaredMethod("aBrokenCatalogIsFound", String.class, String.class)
          .getAnnotation(CsvSource.class).textBlock();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private void revision(long revision, String kind, String state) {
    run("""
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state, chunk_count)
        values ('%s', %d, '%s', '%s', '%s', '%s', 2)
        """.formatted(DOCUMENT, revision, new UUID(0, 1), new UUID(0, 2), kind, state));
  }

  private void chunk(int ordinal, long revision) {
    var id = new UUID(1, ordinal);
    run("""
        insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,
                            char_start, char_end, tokens, language, model)
        values ('%s', '%s', '%s', '%s', 1, %d, 0, %d, 't', 0, 1, 1, 'en', 'm')
        """.formatted(id, new UUID(0, 1), new UUID(0, 2), DOCUMENT, revision, ordinal),
        "insert into chunk_vectors values ('%s', '%s', 1, %d, 0, '')".formatted(id, DOCUMENT, revision));
  }

  private static void run(String... statements) {
    for (String statement : statements) {
      database.client().sql(statement).fetch().rowsUpdated().block(LIMIT);
    }
  }
}
