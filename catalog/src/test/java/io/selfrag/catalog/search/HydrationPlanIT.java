package io.selfrag.catalog.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.servers.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What hydration costs does not grow with what is stored: 20,000 documents and 40,000 chunks, of which 17 are asked for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HydrationPlanIT {
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID KB = new UUID(2, 2);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ID = "md5('%s' || i)::uuid";

  private final DatabaseAddress address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
  private final CatalogDatabase database = new CatalogDatabase(address, "test", 2, LIMIT, LIMIT);
  private final PassageQueries queries = new PassageQueries(database);

  @BeforeAll
  void fill() {
    CatalogMigration.migrate(address);
    sql("insert into tenants (id, name) values ('" + TENANT + "', 'acme')");
    sql("insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'kb')");
    sql("insert into documents (tenant_id, knowledge_base_id, id, title, acl_users) select '" + TENANT + "', '" + KB
        + "', " + ID.formatted("d")
        + ", 't', case when i % 2 = 0 then array['ada'] else '{}' end from generate_series(0, 19999) as i");
    sql("insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision, "
        + "live_attempt, chunk_count) select " + ID.formatted("d") + ", 1, '" + TENANT + "', '" + KB
        + "', 7, 0, 20 from generate_series(0, 19999) as i");
    sql("insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text, "
        + "char_start, char_end, page_from, page_to, tokens, language, model) select md5('c' || i)::uuid, '" + TENANT
        + "', '" + KB
        + "', md5('d' || i / 20)::uuid, 1, 7, 0, i % 20, 'text ' || i, 0, 9, i % 20, nullif(i % 20, 3), 2, 'en', 'm' from generate_series(0, 39999) as i");
    sql("insert into chunk_vectors (chunk_id, document_id, generation, revision, attempt, vector) select id, document_id, "
        + "generation, revision, attempt, '\\x00000000' from chunks");
    sql("analyze");
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void hydrationReadsByIndexAlone() {
    for (ReaderRights reader : new ReaderRights[]{null,
        new ReaderRights("ada", List.of("r"), List.of("g"), "public")}) {
      var plan = queries.explainHits(TENANT, List.of(KB), chunks(), documents(), 2, reader).block(LIMIT);

      assertThat(plan).contains("chunks_pkey", "chunks_of_version", "document_generations_pkey")
          .doesNotContain("Seq Scan on chunks", "Seq Scan on documents", "Seq Scan on document_generations");
    }
  }

  @Test
  void hydrationAnswersEveryHitWithItsNeighbours() {
    var rows = Objects.requireNonNull(
        queries.hits(TENANT, List.of(KB), chunks(), documents(), 2, null).block(LIMIT));

    assertThat(rows).hasSize(17).allMatch(it -> it.state() == HitRow.State.LIVE);
    var content = Objects.requireNonNull(rows.getFirst().content());
    assertThat(content.before()).extracting(HitRow.Neighbour::text).containsExactly("text 3", "text 4");
    assertThat(content.after()).extracting(HitRow.Neighbour::text).containsExactly("text 6", "text 7");
    assertThat(content.before()).extracting(HitRow.Neighbour::pageFrom).containsExactly(3, 4);
    assertThat(content.before()).extracting(HitRow.Neighbour::pageTo).containsExactly(null, 4);
    assertThat(content.after().getFirst().chunkId()).isEqualTo(ids("select md5('c' || 6)::uuid as id").getFirst());
  }

  @Test
  void vectorsAreThoseOfTheTenant() {
    assertThat(queries.vectors(TENANT, chunks()).block(LIMIT)).hasSize(17);
    assertThat(queries.vectors(new UUID(9, 9), chunks()).block(LIMIT)).isEmpty();
  }

  private List<UUID> chunks() {
    return ids("select md5('c' || (5 + 100 * i))::uuid as id from generate_series(0, 16) as i order by i");
  }

  private List<UUID> documents() {
    return ids("select md5('d' || (5 + 100 * i) / 20)::uuid as id from generate_series(0, 16) as i order by i");
  }

  private List<UUID> ids(String query) {
    return Objects.requireNonNull(database.client().sql(query)
        .map(row -> Objects.requireNonNull(row.get("id", UUID.class))).all().collectList().block(LIMIT));
  }

  private void sql(String statement) {
    database.client().sql(statement).fetch().rowsUpdated().block(LIMIT);
  }
}
