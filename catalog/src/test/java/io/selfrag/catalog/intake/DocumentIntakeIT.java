package io.selfrag.catalog.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.servers.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acceptance of batches on a real database. */
class DocumentIntakeIT {
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID KB = new UUID(2, 2);
  private static final UUID DOCUMENT = new UUID(3, 3);
  private static final UUID OTHER = new UUID(3, 4);
  private static final Duration LIMIT = Duration.ofSeconds(30);
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

  private List<Acceptance> accept(List<DocumentDraft> drafts) {
    return Objects.requireNonNull(intake.accept(TENANT, KB, drafts).block(LIMIT));
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
