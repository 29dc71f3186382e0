package io.selfrag.indexer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.DocumentAttributes;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.PurgedRows;
import io.selfrag.catalog.index.Purges;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.catalog.index.Version;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.indexer.index.ApplyChanges;
import io.selfrag.indexer.index.Routes;
import io.selfrag.indexer.reconcile.Reconciler;
import io.selfrag.indexer.sweep.IsolationSweeper;
import io.selfrag.indexer.sweep.PurgeSweeper;
import io.selfrag.indexer.sweep.RefreshSweeper;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.SharedServers;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** A tenant's documents in PostgreSQL and Lucene, and the parts of the sink that write and move them, without a broker. */
final class MovingTenant implements AutoCloseable {
  static final UUID TENANT = new UUID(0x7e, 1);
  static final UUID KB = new UUID(0xb5, 1);
  private static final String MODEL = "hashing/hashing/4";
  private static final CollectionSpec SHARED = CollectionNames.shared("hashing", 4);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  /** Long enough for what runs beside, and nothing waits for long. */
  static final Duration ZOMBIE_LIFE = Duration.ofMillis(400);

  final CatalogDatabase database;
  final VectorStore store;
  final IsolationMigrations migrations;
  private final ApplyChanges sink;
  private final PurgeSweeper purges;
  private final RefreshSweeper refreshes;

  MovingTenant(Path folder) {
    var address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
    CatalogMigration.migrate(address);
    database = new CatalogDatabase(address, "test", 6, LIMIT, LIMIT);
    store = LuceneVectorStore.open(folder);
    migrations = new IsolationMigrations(database);
    var fences = new FenceRows(database);
    sink = new ApplyChanges(store, fences,
        new IndexChanges(database, new TopicNames("moving."), new AvroCodec(), InstantSource.system(), true));
    purges = new PurgeSweeper(new Purges(database), new PurgedRows(database), store, ZOMBIE_LIFE);
    refreshes = new RefreshSweeper(new Refreshes(database), fences, store);
    run("insert into tenants (id, name) values ('" + TENANT + "', 't')");
    run("insert into tenant_counters (tenant_id, kb_count) values ('" + TENANT + "', 1)");
    knowledgeBase(KB);
  }

  void knowledgeBase(UUID id) {
    run("insert into knowledge_bases (id, tenant_id, name) values ('" + id + "', '" + TENANT + "', '" + id + "')");
    run("insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('" + id + "', '" + TENANT + "')");
    run("insert into generations (knowledge_base_id, generation, spec) values ('" + id + "', 1, '{}')");
  }

  /** As the API does. */
  void deleteKnowledgeBase(UUID id) {
    run("update knowledge_bases set status = 'deleting' where id = '" + id + "'");
    run("insert into purges (tenant_id, knowledge_base_id) values ('" + TENANT + "', '" + id + "')");
  }

  IsolationSweeper sweeper(long autoThreshold) {
    return new IsolationSweeper(migrations, store, autoThreshold, ZOMBIE_LIFE, new SimpleMeterRegistry());
  }

  /** A version whose chunks all come in one batch, and which is live when this returns. */
  void write(UUID document, long revision, int chunks) {
    write(KB, document, revision, chunks);
  }

  void write(UUID knowledgeBase, UUID document, long revision, int chunks) {
    run("""
        insert into documents (tenant_id, knowledge_base_id, id, title, attributes_revision, last_revision)
        values ('%1$s', '%2$s', '%3$s', 't', %4$d, %4$d) on conflict (id) do update set last_revision = excluded.last_revision
        """
        .formatted(TENANT, knowledgeBase, document, revision));
    run("""
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state)
        values ('%s', %d, '%s', '%s', 'upsert', 'pending')
        """.formatted(document, revision, TENANT, knowledgeBase));
    var version = new Version(TENANT, knowledgeBase, document, 1, revision, 0);
    sink.apply(IntStream.range(0, chunks).<IndexChange>mapToObj(it -> chunk(version, it, chunks)).toList());
  }

  void delete(UUID document, long revision) {
    sink.apply(List.of(new IndexChange.Delete(TENANT, KB, document, revision, 0, Map.of())));
  }

  void retitle(UUID document, long revision, String title) {
    sink.apply(List.of(new IndexChange.Patch(TENANT, KB, document, revision,
        new DocumentAttributes(title, "{}", null, "public", List.of(), List.of(), List.of()), Map.of())));
  }

  /** What the sink does by the clock beside moving points. */
  void sweepUp() {
    while (purges.sweep() + refreshes.sweep() > 0) {
      // Until nothing is due.
    }
  }

  /** What reconciling finds missing in the vector store. */
  long missing(Mode mode) {
    var id = UUID.randomUUID();
    get(new Reconciliations(database).request(id, mode, TENANT, "test"));
    var reconciler = new Reconciler(database, new FenceRows(database), store);
    while (reconciler.sweep() > 0) {
      // Until it is done.
    }
    return Long.parseLong(value("select missing from reconciliations where id = '" + id + "'"));
  }

  void strategy(String strategy) {
    run("update tenants set isolation_strategy = '" + strategy + "' where id = '" + TENANT + "'");
  }

  /** The ids of all chunks that queries should find. */
  Set<UUID> live() {
    return Set.copyOf(get(database.client()
        .sql(
            """
                select c.id from chunks c join document_generations g
                    on (g.document_id, g.generation, g.live_revision, g.live_attempt) = (c.document_id, c.generation, c.revision, c.attempt)
                  join documents d on d.id = c.document_id and g.live_revision > d.deleted_revision
                """)
        .map(row -> row.get("id", UUID.class)).all().collectList()));
  }

  Place readPlace() {
    return Place.of(value("select read_place from tenants where id = '" + TENANT + "'"));
  }

  String state() {
    return value("""
        select coalesce((select state from isolation_migrations where tenant_id = '%s'), 'none')
        """.formatted(TENANT));
  }

  String value(String query) {
    return get(database.client().sql(query).map(row -> String.valueOf(row.get(0))).one());
  }

  List<Point> points(Place place) {
    return store.scroll(Routes.at(place, SHARED, TENANT), new PointSelection.OfTenant(TENANT), Optional.empty(), 1000);
  }

  Set<UUID> ids(Place place) {
    return points(place).stream().map(Point::chunkId).collect(Collectors.toSet());
  }

  void run(String sql) {
    database.client().sql(sql).fetch().rowsUpdated().block(LIMIT);
  }

  <T> T get(Mono<T> mono) {
    return mono.blockOptional(LIMIT).orElseThrow();
  }

  private static IndexChange.Chunk chunk(Version version, int ordinal, int count) {
    var vector = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.putFloat(ordinal % 4 * Float.BYTES, 1);
    var id = Ids.chunkId(TENANT, version.knowledgeBaseId(), version.documentId(), 1, version.revision(), 0, ordinal);
    return new IndexChange.Chunk(new ChunkRow(id, version, ordinal, count, "chunk " + ordinal, "t", 0, 10, 1, 1,
        List.of(), 3, "en", null, MODEL, vector.array()), Map.of());
  }

  @Override
  public void close() {
    store.close();
    database.close();
  }
}
