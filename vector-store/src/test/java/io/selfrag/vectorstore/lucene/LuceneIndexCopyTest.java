package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.byVector;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.direction;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LuceneIndexCopyTest {
  private static final PointSelection ALL = new PointSelection.OfTenant(ACME);
  private static final int COPIES = 8;

  @TempDir
  Path folder;

  private Path emptied(String name) throws Exception {
    return Files.createDirectories(folder.resolve(name));
  }

  private LuceneIndexCopy copy(String index) {
    return new LuceneIndexCopy(folder.resolve(index));
  }

  @Test
  void aCopyTakenWhileTheIndexIsWrittenHasAllThatWasAcknowledgedAndNothingHalfDone() throws Exception {
    var acknowledged = new AtomicInteger();
    var done = new AtomicBoolean();
    try (var store = LuceneVectorStore.open(folder.resolve("index"));
        var threads = Executors.newSingleThreadExecutor()) {
      store.ensureCollection(COLLECTION);
      var writing = threads.submit(() -> {
        for (int pair = 0; !done.get(); pair += 2) {
          store.upsert(COLLECTION, List.of(point(pair, "needle" + pair), point(pair + 1, "hay")));
          if (pair % 10 == 0 && pair > 0) {
            store.delete(COLLECTION, new PointSelection.OfPoints(ACME, Set.of(id(100_000 + pair - 10))));
          }
          acknowledged.set(pair + 2);
        }
        return true;
      });
      for (int i = 0; i < COPIES; i++) {
        int next = 10 * i;
        await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.get() > next);
        int before = acknowledged.get();

        var taken = copy("index").save(COLLECTION.name(), emptied("copy-" + i + "/" + COLLECTION.name())).orElseThrow();

        try (var copied = LuceneVectorStore.open(folder.resolve("copy-" + i))) {
          var ids = ids(copied);
          assertThat(ids).hasSize(Math.toIntExact(taken.points() == null ? -1 : taken.points()));
          assertThat(ids).containsAll(expected(before));
          assertThat(ids.stream().filter(it -> number(it) % 10 != 0 && number(it) % 2 == 0)
              .allMatch(it -> ids.contains(id(100_000 + number(it) + 1)))).as("pairs are whole").isTrue();
        }
      }
      done.set(true);
      assertThat(writing.get()).isTrue();
    }
  }

  /** Those that were not deleted: what is deleted goes one round after the next tenth. */
  private static Set<UUID> expected(int acknowledged) {
    return IntStream.range(0, acknowledged).filter(it -> it % 10 != 0).mapToObj(it -> id(100_000 + it))
        .collect(Collectors.toSet());
  }

  private static long number(UUID point) {
    return (point.getLeastSignificantBits() & 0xFFFF_FFFFL) - 100_000;
  }

  private static Set<UUID> ids(LuceneVectorStore store) {
    var ids = new java.util.HashSet<UUID>();
    Optional<UUID> after = Optional.empty();
    List<Point> page;
    do {
      page = store.scroll(COLLECTION, ALL, after, 1000);
      page.forEach(it -> ids.add(it.chunkId()));
      after = page.isEmpty() ? after : Optional.of(page.getLast().chunkId());
    } while (page.size() == 1000);
    return ids;
  }

  @Test
  void whatIsBroughtBackIsFoundByWordsAndVectorAndReplacesWhatWasThere() throws Exception {
    var kept = folder.resolve("kept");
    CollectionCopy taken;
    try (var store = LuceneVectorStore.open(folder.resolve("index"))) {
      store.upsert(COLLECTION, List.of(point(1, "lighthouse"), point(2, "furnace")));
      store.ensureCollection(new CollectionSpec("dropped_8", 8));
      store.dropCollection("dropped_8");
      taken = copy("index").save(COLLECTION.name(), emptied("kept")).orElseThrow();
      assertThat(copy("index").save("dropped_8", emptied("none"))).isEmpty();
      assertThat(copy("index").collections()).containsExactly(COLLECTION.name());
    }
    assertThat(taken.dimension()).isEqualTo(8);
    assertThat(taken.points()).isEqualTo(2);
    assertThat(taken.files()).allSatisfy(it -> assertThat(it.isWholeIn(kept)).isTrue());
    try (var other = LuceneVectorStore.open(folder.resolve("other"))) {
      other.upsert(COLLECTION, List.of(point(3, "later")));
      assertThatThrownBy(() -> copy("other").restore(taken, kept)).isInstanceOf(SelfRagException.class)
          .hasMessageContaining("is being written by another process");
    }

    copy("other").restore(taken, kept);

    assertThat(copy("other").points(COLLECTION.name())).isEqualTo(2);
    try (var other = LuceneVectorStore.open(folder.resolve("other"))) {
      assertThat(other.search(COLLECTION, byWords(everything(), "furnace")).bm25()).extracting(Hit::chunkId)
          .containsExactly(id(100_002));
      assertThat(other.search(COLLECTION, byVector(everything(), direction(1))).dense().getFirst().chunkId())
          .isEqualTo(id(100_001));
      assertThat(other.search(COLLECTION, byWords(everything(), "later")).bm25()).isEmpty();
      other.upsert(COLLECTION, List.of(point(4, "afterwards")));
      assertThat(other.count(COLLECTION, ALL)).isEqualTo(3);
    }
    copy("other").remove(COLLECTION.name());
    assertThat(copy("other").collections()).isEmpty();
    assertThat(copy("nowhere").collections()).isEmpty();
  }

  @Test
  void aChangedFileIsSeenAndANameThatLeadsElsewhereIsRefused() throws Exception {
    var file = Files.writeString(folder.resolve("segments_1"), "content");
    var copied = CopiedFile.of(file);
    assertThat(copied.isWholeIn(folder)).isTrue();

    Files.writeString(file, "x", StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(copied.isWholeIn(folder)).isFalse();
    Files.writeString(file, "contenT");
    assertThat(copied.isWholeIn(folder)).isFalse();
    Files.delete(file);
    assertThat(copied.isWholeIn(folder)).isFalse();
    assertThatThrownBy(() -> new CopiedFile("../passwd", 1, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CollectionCopy("../x", 8, 0L, List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itReadsWhatTheVersionBeforeHasWritten() {
    var index = copy("index");

    assertThat(index.reads(index.version())).isTrue();
    assertThat(index.reads("1.2.3")).isFalse();
    assertThat(index.reads("unknown")).isFalse();
  }
}
