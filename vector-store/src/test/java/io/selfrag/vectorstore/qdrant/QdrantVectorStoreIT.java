package io.selfrag.vectorstore.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VectorStoreContract;
import io.selfrag.vectorstore.VectorStoreSearchContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract against a real Qdrant, named by {@code QDRANT_URL}; uses and drops collections of its own. */
class QdrantVectorStoreIT {
  private static final CollectionSpec COPIED = new CollectionSpec("selfrag_copy-test_8", 8);

  static QdrantVectorStore store;
  static QdrantIndexCopy copy;

  @BeforeAll
  static void open() {
    String url = System.getenv("QDRANT_URL");
    if (url == null || url.isBlank()) {
      System.out.println(
          "########## SKIPPED: the contract was NOT run against a real Qdrant, QDRANT_URL is not set ##########");
    }
    Assumptions.assumeTrue(url != null && !url.isBlank(), "QDRANT_URL is not set");
    store = new QdrantVectorStore(QdrantSettings.of(URI.create(url), System.getenv("QDRANT_API_KEY")));
    copy = new QdrantIndexCopy(URI.create(url), System.getenv("QDRANT_API_KEY"));
  }

  @AfterAll
  static void close() {
    if (store != null) {
      store.dropCollection(Fixtures.COLLECTION.name());
      store.dropCollection(COPIED.name());
      store.close();
      copy.close();
    }
  }

  @Nested
  class Keeps extends VectorStoreContract {
    @Override
    protected VectorStore store() {
      return store;
    }

    @Override
    protected void clear() {
      store.dropCollection(Fixtures.COLLECTION.name());
    }
  }

  @Nested
  class Finds extends VectorStoreSearchContract {
    @Override
    protected VectorStore store() {
      return store;
    }

    @Override
    protected void clear() {
      store.dropCollection(Fixtures.COLLECTION.name());
    }
  }

  @Test
  void aSnapshotBringsBackExactlyWhatWasThereAndLeavesNothingOnTheServer(@TempDir Path folder) throws Exception {
    store.dropCollection(COPIED.name());
    store.upsert(COPIED, List.of(Fixtures.point(1, "lighthouse"), Fixtures.point(2, "furnace")));
    assertThat(copy.collections()).contains(COPIED.name());

    var taken = copy.save(COPIED.name(), folder).orElseThrow();

    assertThat(taken.points()).isEqualTo(2);
    assertThat(taken.dimension()).isEqualTo(8);
    assertThat(copy.reads(copy.version())).isTrue();
    store.upsert(COPIED, List.of(Fixtures.point(3, "later")));
    copy.restore(taken, folder);
    assertThat(copy.points(COPIED.name())).as("in the place of what was there").isEqualTo(2);
    copy.remove(COPIED.name());
    assertThat(copy.collections()).doesNotContain(COPIED.name());
    copy.restore(taken, folder);
    assertThat(store.search(COPIED, Fixtures.byWords(Fixtures.everything(), "furnace")).bm25()).extracting(Hit::chunkId)
        .containsExactly(Fixtures.id(100_002));
    assertThat(store.search(COPIED, Fixtures.byVector(Fixtures.everything(), Fixtures.direction(1))).dense().getFirst()
        .chunkId()).isEqualTo(Fixtures.id(100_001));
    store.upsert(COPIED, List.of(Fixtures.point(4, "afterwards")));
    assertThat(copy.points(COPIED.name())).isEqualTo(3);
    assertThat(copy.snapshots(COPIED.name())).isEmpty();
  }
}
