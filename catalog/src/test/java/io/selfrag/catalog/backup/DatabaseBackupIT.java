package io.selfrag.catalog.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.intake.RestoredWork;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Baseline;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.servers.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseBackupIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final UUID TENANT = new UUID(0x7e, 1);
  private static final UUID KB = new UUID(0xb5, 1);
  private static final UUID LIVE = new UUID(0xd0, 1);
  private static final UUID GONE = new UUID(0xd0, 2);
  private static final List<String> ROWS = List.of(
      "insert into tenants (id, name) values ('" + TENANT + "', E'tab\\t\\\\ 文本\\n')",
      "insert into tenant_counters (tenant_id) values ('" + TENANT + "')",
      "insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'k')",
      "insert into generations (knowledge_base_id, generation, spec) values ('" + KB + "', 1, '{}')",
      document(LIVE, 0), document(GONE, 9),
      "insert into document_generations values ('" + LIVE + "', 1, '" + TENANT + "', '" + KB + "', 5, 2, 1)",
      revision(LIVE, 5, "upsert", "indexed"), revision(LIVE, 8, "upsert", "processing"),
      revision(GONE, 9, "delete", "pending"),
      "insert into contents (tenant_id, sha256, size_bytes, parts) values ('" + TENANT + "', " + sha(8) + ", 3, 1)",
      "insert into content_parts values ('" + TENANT + "', " + sha(8) + ", 0, '\\x00ff0a')",
      "insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,"
          + " char_start, char_end, heading_path, tokens, language, model) values ('" + new UUID(1, 1) + "', '" + TENANT
          + "', '" + KB + "', '" + LIVE + "', 1, 5, 2, 0, E'a\\\\b\\tc', 0, 5, '{\"x, y\",\"{z}\"}', 3, 'en', 'a/b/4')",
      "insert into chunk_vectors values ('" + new UUID(1, 1) + "', '" + LIVE + "', 1, 5, 2, '\\x5c0a0d09')",
      "insert into outbox (topic, record_key, value) values ('old.documents', 'k', '\\x01')");

  @TempDir
  Path folder;

  @Test
  void everyRowComesBackAndWhatHadNotEndedIsSentAgain() throws Exception {
    var from = database(ROWS);
    var dump = DatabaseBackup.to(from, folder);
    var into = DatabaseAddress.parse(SharedServers.freshDatabase().url());

    DatabaseRestore.verify(dump, folder);
    new DatabaseRestore(into, dump, folder).run(false);

    assertThat(content(into, dump)).isEqualTo(content(from, dump)).hasSizeGreaterThan(ROWS.size() - 1);
    try (var database = new CatalogDatabase(into, "test", 2, LIMIT, LIMIT)) {
      var announced = new RestoredWork(database, new TopicNames("new."), new AvroCodec()).announce("old.").block(LIMIT);
      assertThat(announced).isEqualTo(new RestoredWork.Announced(2, 2, 0));
    }
    assertThat(column(into, "select topic from outbox order by id")).containsExactly("new.documents",
        "new.documents.bulk", "new.documents.bulk", "new.documents", "new.documents");
    var commands = column(into, "select encode(value, 'hex') from outbox order by id offset 1").stream()
        .map(it -> (DocumentCommand) new AvroCodec().decode(HexFormat.of().parseHex(it))).toList();
    assertThat(commands).extracting(DocumentCommand::getDocumentId).containsExactly(LIVE, GONE, LIVE, GONE);
    assertThat(commands.get(0).getCommand()).isInstanceOfSatisfying(Baseline.class, it -> {
      assertThat(it.getContentRevision()).isEqualTo(5);
      assertThat(it.getAttempt()).isEqualTo(2);
      assertThat(it.getGenerations()).containsExactly(1);
      assertThat(it.getContentSha256()).isNotNull();
    });
    assertThat(commands.get(1).getCommand())
        .isInstanceOfSatisfying(Baseline.class, it -> assertThat(it.getDeleted()).isTrue());
    assertThat(commands.get(2).getRevision()).isEqualTo(8);
    assertThat(commands.get(2).getCommand()).isInstanceOfSatisfying(Upsert.class,
        it -> assertThat(it.getContent()).isInstanceOf(ContentReference.class));
    assertThat(commands.get(3).getCommand()).isInstanceOf(Delete.class);
  }

  @Test
  void aDatabaseWithTenantsOrInUseIsLeftAlone() throws Exception {
    var dump = DatabaseBackup.to(database(ROWS), folder);
    var into = database(ROWS.subList(0, 1));
    var restore = new DatabaseRestore(into, dump, folder);

    assertThatThrownBy(() -> restore.run(false)).isInstanceOf(BackupException.class)
        .hasMessageContaining("is not empty: it has tenants");
    try (var _ = connect(into)) {
      assertThatThrownBy(() -> restore.run(true)).isInstanceOf(BackupException.class)
          .hasMessageContaining("stop the services first");
    }
    assertThat(column(into, "select count(*) from documents")).containsExactly("0");

    restore.run(true);

    assertThat(column(into, "select count(*) from documents")).containsExactly("2");
  }

  @Test
  void aBackupOfANewerSchemaIsRefusedAndNothingGoes() throws Exception {
    var dump = DatabaseBackup.to(database(ROWS), folder);
    var into = database(ROWS.subList(0, 1));

    assertThatThrownBy(() -> new DatabaseRestore(into, new DatabaseDump("999", dump.tables()), folder).run(true))
        .isInstanceOf(BackupException.class).hasMessageContaining("newer version of this program");

    assertThat(column(into, "select count(*) from tenants")).containsExactly("1");
  }

  private static String document(UUID id, long deleted) {
    return "insert into documents (tenant_id, knowledge_base_id, id, title, deleted_revision, last_revision) values ('"
        + TENANT + "', '" + KB + "', '" + id + "', 't', " + deleted + ", 9)";
  }

  private static String revision(UUID document, long revision, String kind, String state) {
    return "insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state,"
        + " content_sha256, size_bytes) values ('" + document + "', " + revision + ", '" + TENANT + "', '" + KB + "', '"
        + kind + "', '" + state + "', " + sha((int) revision) + ", 3)";
  }

  private static String sha(int first) {
    return "'\\x%02x%s'".formatted(first, "00".repeat(31));
  }

  private static DatabaseAddress database(List<String> statements) throws SQLException {
    var address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
    CatalogMigration.migrate(address);
    try (var connection = connect(address); var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return address;
  }

  private static List<String> content(DatabaseAddress address, DatabaseDump dump) throws SQLException {
    var all = new ArrayList<String>();
    for (DatabaseDump.Table table : dump.tables()) {
      column(address, "select t::text from " + table.name() + " t order by 1")
          .forEach(it -> all.add(table.name() + " " + it));
    }
    return all;
  }

  private static List<String> column(DatabaseAddress address, String sql) throws SQLException {
    try (var connection = connect(address);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static Connection connect(DatabaseAddress address) throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }
}
