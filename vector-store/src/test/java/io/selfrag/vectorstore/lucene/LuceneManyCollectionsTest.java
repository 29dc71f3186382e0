package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointSelection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many tenants with a collection each: what is open stays bounded, and nobody notices. */
@Timeout(120)
class LuceneManyCollectionsTest {
  private static final int LIMIT = 3;
  private static final PointSelection ALL = new PointSelection.OfTenant(ACME);

  @TempDir
  Path folder;

  @Test
  void i7OpenIndexesStayBoundedForWritersAndReaders() {
    try (LuceneVectorStore store = LuceneVectorStore.open(folder, new IndexFolder(folder)::open, LIMIT);
        LuceneReadOnlyVectorStore reader = new LuceneReadOnlyVectorStore(new IndexFolder(folder), LIMIT)) {
      for (int i = 0; i < 12; i++) {
        store.upsert(collection(i), List.of(point(i, "needle" + i)));
        assertThat(store.openCount()).isLessThanOrEqualTo(LIMIT);
      }
      assertThat(store.collections()).hasSize(12);
      for (int i = 0; i < 12; i++) {
        assertThat(store.search(collection(i), byWords(everything(), "needle" + i)).bm25()).hasSize(1);
        assertThat(reader.search(collection(i), byWords(everything(), "needle" + i)).bm25()).hasSize(1);
        assertThat(store.openCount()).isLessThanOrEqualTo(LIMIT);
        assertThat(reader.openCount()).isLessThanOrEqualTo(LIMIT);
      }
      store.check();
      assertThat(store.openCount()).isLessThanOrEqualTo(LIMIT);
    }
  }

  @Test
  void closingAnIndexToMakeRoomLosesNoWriteAndFailsNoSearch() throws Exception {
    try (LuceneVectorStore store = LuceneVectorStore.open(folder, new IndexFolder(folder)::open, 2);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        int first = worker;
        workers.add(threads.submit(() -> {
          for (int round = 0; round < 12; round++) {
            CollectionSpec collection = collection((first + round) % 6);
            int number = first * 1000 + round;
            store.upsert(collection, List.of(point(number, "needle" + number)));
            assertThat(store.search(collection, byWords(everything(), "needle" + number)).bm25()).hasSize(1);
          }
        }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }

      long points = IntStream.range(0, 6).mapToLong(i -> store.count(collection(i), ALL)).sum();
      assertThat(points).isEqualTo(48);
    }
  }

  @Test
  void droppedCollectionIsGoneAfterAReopening() {
    try (LuceneVectorStore store = LuceneVectorStore.open(folder, new IndexFolder(folder)::open, LIMIT)) {
      store.upsert(collection(1), List.of(point(1, "word")));
      store.upsert(collection(2), List.of(point(2, "word")));
      store.dropCollection(collection(1).name());
      assertThat(store.openCount()).isEqualTo(1);
    }

    try (LuceneVectorStore store = LuceneVectorStore.open(folder, new IndexFolder(folder)::open, LIMIT)) {
      assertThat(store.collections()).containsExactly(collection(2).name());
      assertThat(store.openCount()).as("nothing opens before it is used").isZero();
    }
  }

  private static CollectionSpec collection(int number) {
    return new CollectionSpec("tenant_" + number, 8);
  }
}
