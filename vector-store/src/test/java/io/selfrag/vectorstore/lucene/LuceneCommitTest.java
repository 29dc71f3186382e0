package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.MANUALS;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchResult.Hit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a commit costs, who shares it, and that it holds what it promises. */
@Timeout(60)
class LuceneCommitTest {
  private static final PointSelection ALL = new PointSelection.OfTenant(ACME);

  @TempDir
  Path folder;

  private WatchedDirectory disk;
  private LuceneVectorStore store;

  @BeforeEach
  void open() {
    store = LuceneVectorStore.open(folder, name -> {
      disk = WatchedDirectory.open(folder.resolve(name));
      return disk;
    }, 64);
    store.upsert(COLLECTION, List.of(point(0, "first")));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void s18WhoComesWhileACommitRunsSharesTheNextOne() throws Exception {
    var proceed = new CountDownLatch(1);
    disk.blockSyncsUntil(proceed);
    int before = disk.commits();

    try (ExecutorService threads = Executors.newFixedThreadPool(9)) {
      Future<?> running = threads.submit(() -> store.upsert(COLLECTION, List.of(point(1, "running"))));
      await().until(disk::isBlocked);
      List<Future<?>> late = new ArrayList<>();
      for (int i = 2; i < 9; i++) {
        int number = i;
        late.add(threads.submit(() -> store.upsert(COLLECTION, List.of(point(number, "late" + number)))));
      }
      late.add(threads.submit(() -> store.delete(COLLECTION,
          new PointSelection.OfDocument(ACME, MANUALS, id(1000)))));
      await().until(() -> store.waiting(COLLECTION.name()) == 8);

      assertThat(late).noneMatch(Future::isDone);
      assertThat(found("running")).as("nothing is visible before it is durable").isEmpty();
      proceed.countDown();
      running.get();
      for (Future<?> write : late) {
        write.get();
      }
    }

    assertThat(disk.commits() - before).isEqualTo(2);
    assertThat(store.count(COLLECTION, ALL)).isEqualTo(8);
    assertThat(found("late7")).hasSize(1);
    assertThat(found("first")).isEmpty();
  }

  @Test
  void refusedChangeFailsItsOwnCallerOnly() throws Exception {
    var proceed = new CountDownLatch(1);
    disk.blockSyncsUntil(proceed);

    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Future<?> running = threads.submit(() -> store.upsert(COLLECTION, List.of(point(1, "running"))));
      await().until(disk::isBlocked);
      Future<?> refused = threads.submit(() -> store.ensureCollection(new CollectionSpec(COLLECTION.name(), 16)));
      Future<?> neighbour = threads.submit(() -> store.upsert(COLLECTION, List.of(point(2, "neighbour"))));
      await().until(() -> store.waiting(COLLECTION.name()) == 2);
      proceed.countDown();

      running.get();
      neighbour.get();
      assertThatThrownBy(refused::get).cause().isInstanceOfSatisfying(SelfRagException.class,
          refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.WRONG_DIMENSION));
    }
    assertThat(found("neighbour")).hasSize(1);
  }

  @Test
  void commitForcesNewFilesOnlyHoweverManyThereAre() {
    for (int i = 1; i < 8; i++) {
      store.upsert(COLLECTION, List.of(point(i, "word" + i)));
    }
    int files = disk.fileCount();
    int before = disk.syncs();

    store.upsert(COLLECTION, List.of(point(99, "one more")));

    assertThat(files).isGreaterThan(15);
    assertThat(disk.syncs() - before).as("list of segments, and the three files of one segment").isLessThanOrEqualTo(4);
  }

  @Test
  void everyFileOfACommitIsForcedBeforeTheCommitCounts() {
    for (int i = 1; i < 60; i++) {
      store.upsert(COLLECTION, List.of(point(i, "word" + i), point(i + 1, "replaced")));
      store.delete(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, id(1000 + i / 2)));
    }

    assertThat(disk.commits()).isGreaterThan(60);
    assertThat(disk.commitsWithUnforcedFiles()).isEmpty();
  }

  @Test
  void deletingNothingCostsNoCommit() {
    int before = disk.commits();

    store.delete(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, id(7)));
    store.deleteAll(COLLECTION, List.of(new PointSelection.OfTenant(id(7)), new PointSelection.OfTenant(id(8))));
    store.updateAttributes(COLLECTION, ACME, id(1000), Fixtures.PUBLIC);

    assertThat(disk.commits()).isEqualTo(before);
    assertThat(store.count(COLLECTION, ALL)).isEqualTo(1);
  }

  @Test
  void manyDeletesShareOneCommit() {
    store.upsert(COLLECTION, List.of(point(1, "one"), point(2, "two"), point(3, "three")));
    int before = disk.commits();

    store.deleteAll(COLLECTION, List.of(new PointSelection.OfDocument(ACME, MANUALS, id(1001)),
        new PointSelection.OfDocument(ACME, MANUALS, id(999)), new PointSelection.OfDocument(ACME, MANUALS, id(1003))));

    assertThat(disk.commits() - before).isEqualTo(1);
    assertThat(found("two")).hasSize(1);
    assertThat(store.count(COLLECTION, ALL)).isEqualTo(2);
  }

  @Test
  void changesOfOneGroupSeeEachOther() throws Exception {
    var proceed = new CountDownLatch(1);
    disk.blockSyncsUntil(proceed);
    var fresh = Fixtures.attributes(Map.of("state", "final"));

    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writes = new ArrayList<>();
      writes.add(threads.submit(() -> store.upsert(COLLECTION, List.of(point(1, "running")))));
      await().until(disk::isBlocked);
      writes.add(threads.submit(() -> store.upsert(COLLECTION, List.of(point(5, "patched"), point(6, "deleted")))));
      await().until(() -> store.waiting(COLLECTION.name()) == 1);
      writes.add(threads.submit(() -> store.updateAttributes(COLLECTION, ACME, id(1005), fresh)));
      await().until(() -> store.waiting(COLLECTION.name()) == 2);
      writes
          .add(threads.submit(() -> store.delete(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, id(1006)))));
      await().until(() -> store.waiting(COLLECTION.name()) == 3);
      proceed.countDown();
      for (Future<?> write : writes) {
        write.get();
      }
    }

    var finals = Fixtures.filter(List.of(new MetadataCondition.In("state", List.of("final"))), null);
    assertThat(store.search(COLLECTION, byWords(finals, "patched")).bm25()).hasSize(1);
    assertThat(found("deleted")).isEmpty();
  }

  private List<Hit> found(String word) {
    return store.search(COLLECTION, byWords(everything(), word)).bm25();
  }
}
