package io.selfrag.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.index.Purge;
import io.selfrag.catalog.index.PurgedRows;
import io.selfrag.catalog.index.Purges;
import io.selfrag.indexer.sweep.PurgeSweeper;
import io.selfrag.servers.SharedServers;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.InstrumentedVectorStore;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VersionKey;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Purges of many documents cost the store one call for each of its collections. */
class PurgeSweeperIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final UUID TENANT = new UUID(0x7e, 1);
  private static final UUID KB = new UUID(0xb5, 1);

  @Test
  void S13purgesOfManyDocumentsAreOneCallForEachCollection(@TempDir Path folder) {
    var address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
    CatalogMigration.migrate(address);
    var metrics = new SimpleMeterRegistry();
    var shared = CollectionNames.of(TENANT, "hashing", 4, Isolation.PARTITION);
    var own = CollectionNames.of(TENANT, "hashing", 4, Isolation.COLLECTION);
    try (var database = new CatalogDatabase(address, "test", 2, LIMIT, LIMIT);
        var store = new InstrumentedVectorStore(LuceneVectorStore.open(folder), "lucene", metrics)) {
      for (String sql : List.of("insert into tenants (id, name) values ('" + TENANT + "', 't')",
          "insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'k')",
          "insert into generations (knowledge_base_id, generation, spec) values ('" + KB + "', 1, '{}')")) {
        database.client().sql(sql).fetch().rowsUpdated().block(LIMIT);
      }
      var points = IntStream.range(0, 60).mapToObj(it -> point(it / 2, 1 + it % 2)).toList();
      store.upsert(shared, points);
      store.upsert(own, points);
      var purges = new Purges(database);
      purges.add(IntStream.range(0, 30).mapToObj(it -> new Purge(TENANT, KB, document(it), null,
          new Purge.Limit.Below(2, 0))).toList()).block(LIMIT);
      long before = writes(metrics);

      int swept = new PurgeSweeper(purges, new PurgedRows(database), store, Duration.ofMinutes(1)).sweep();

      assertThat(swept).isEqualTo(30);
      assertThat(writes(metrics) - before).isEqualTo(2);
      for (var collection : List.of(shared, own)) {
        assertThat(store.count(collection, new PointSelection.OfTenant(TENANT))).as(collection.name()).isEqualTo(30);
      }
    }
  }

  private static long writes(SimpleMeterRegistry metrics) {
    return metrics.find("selfrag.index.duration").timers().stream().mapToLong(Timer::count).sum();
  }

  private static UUID document(int i) {
    return new UUID(0xd0, i);
  }

  private static Point point(int document, long revision) {
    return new Point(new UUID(document, revision), new VersionKey(TENANT, KB, document(document), 1, revision, 0), 0,
        new float[]{1, 0, 0, 0}, "word",
        new PointAttributes("t", "public", List.of(), List.of(), List.of(), "en", Map.of()));
  }
}
