package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VectorStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded store promises beyond the contract: kills, full disks, and processes beside each other. */
@Timeout(120)
class LuceneDurabilityTest {
  private static final PointSelection ALL = new PointSelection.OfTenant(ACME);

  @TempDir
  Path folder;

  @Test
  void everythingAcknowledgedSurvivesAKillAndOneProcessWrites() throws Exception {
    Process writer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-cp",
        System.getProperty("java.class.path"),
        AcknowledgingWriter.class.getName(), folder.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<Long> acknowledged = new ArrayList<>();
    try (var lines = new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      while (acknowledged.size() < 300) {
        acknowledged.add(Long.parseLong(lines.readLine()));
      }
      assertThatThrownBy(() -> LuceneVectorStore.open(folder)).isInstanceOf(SelfRagException.class)
          .hasMessageContaining("is being written by another process, and only one may");
      // Through the handle: Process.destroyForcibly would close the pipe with acknowledgements still in it.
      assertThat(writer.toHandle().destroyForcibly()).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged.add(Long.parseLong(line));
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }

    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      assertThat(allIds(store)).containsAll(acknowledged.stream().map(number -> id(100_000 + number)).toList());
      for (long number : acknowledged.subList(acknowledged.size() - 20, acknowledged.size())) {
        assertThat(store.search(COLLECTION, byWords(everything(), "needle" + number)).bm25()).extracting(Hit::chunkId)
            .containsExactly(id(100_000 + number));
      }
    }
  }

  @Test
  void secondWriterIsRefusedUntilTheFirstCloses() {
    LuceneVectorStore first = LuceneVectorStore.open(folder);

    assertThatThrownBy(() -> LuceneVectorStore.open(folder))
        .isInstanceOfSatisfying(SelfRagException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE))
        .hasMessageContaining(folder.toString()).hasMessageContaining("QDRANT_URL");

    first.ensureCollection(COLLECTION);
    first.close();
    assertThatThrownBy(() -> first.upsert(COLLECTION, List.of(point(1, "late")))).isInstanceOf(SelfRagException.class);
    LuceneVectorStore.open(folder).close();
  }

  @Test
  void readerSeesEveryCommitDropAndRebirth() {
    try (VectorStore reader = LuceneVectorStore.readOnly(folder);
        LuceneVectorStore writer = LuceneVectorStore.open(folder)) {
      assertThat(reader.count(COLLECTION, ALL)).isZero();
      assertThat(reader.collections()).isEmpty();

      for (int i = 0; i < 20; i++) {
        writer.upsert(COLLECTION, List.of(point(i, "needle" + i)));
        assertThat(reader.search(COLLECTION, byWords(everything(), "needle" + i)).bm25()).hasSize(1);
      }
      writer.dropCollection(COLLECTION.name());
      assertThat(reader.count(COLLECTION, ALL)).isZero();
      assertThat(reader.collections()).isEmpty();

      var wider = new CollectionSpec(COLLECTION.name(), 16);
      writer.ensureCollection(wider);
      assertThat(reader.collections()).containsExactly(COLLECTION.name());
      assertThatThrownBy(() -> reader.upsert(COLLECTION, List.of())).isInstanceOf(SelfRagException.class)
          .hasMessageContaining("may only read");
    }
  }

  @Test
  void reopenedFolderKnowsItsCollectionsAndDimensions() {
    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      store.upsert(COLLECTION, List.of(point(1, "word")));
      store.ensureCollection(new CollectionSpec("other", 4));
      store.dropCollection("other");
    }

    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      assertThat(store.collections()).containsExactly(COLLECTION.name());
      assertThat(store.count(COLLECTION, ALL)).isEqualTo(1);
      assertThatThrownBy(() -> store.ensureCollection(new CollectionSpec(COLLECTION.name(), 4)))
          .isInstanceOf(SelfRagException.class).hasMessageContaining("8");
    }
  }

  @Test
  void fullDiskIsUnavailableAndHealsWithoutARestart() throws Exception {
    var full = new AtomicBoolean();
    try (LuceneVectorStore store = LuceneVectorStore.open(folder,
        name -> new FailingDirectory(FSDirectory.open(folder.resolve(name)), full), 64)) {
      store.upsert(COLLECTION, List.of(point(1, "before")));

      full.set(true);
      assertThat(codesOfConcurrentUpserts(store)).containsOnly(ErrorCode.STORE_UNAVAILABLE);
      assertThat(store.search(COLLECTION, byWords(everything(), "before")).bm25()).hasSize(1);

      full.set(false);
      store.check();
      store.upsert(COLLECTION, List.of(point(2, "after")));
      assertThat(allIds(store)).contains(id(100_001), id(100_002));
      assertThat(store.search(COLLECTION, byWords(everything(), "after")).bm25()).hasSize(1);
    }
    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      assertThat(allIds(store)).contains(id(100_001), id(100_002));
    }
  }

  @Test
  void modelsBeyondLucenesDefaultDimensionFit() {
    var large = new CollectionSpec("large", 3072);
    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      float[] vector = Fixtures.unitVector(new Random(1), 3072);
      store.upsert(large, List.of(new Point(id(1), Fixtures.version(id(2), 1, 1, 0), 0, vector, "", Fixtures.PUBLIC)));

      assertThat(store.search(large, Fixtures.byVector(everything(), vector)).dense()).hasSize(1);
    }
    try (LuceneVectorStore store = LuceneVectorStore.open(folder)) {
      assertThat(store.count(large, ALL)).isEqualTo(1);
    }
  }

  private static List<ErrorCode> codesOfConcurrentUpserts(VectorStore store) throws Exception {
    List<Callable<ErrorCode>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = 10 + i;
      calls.add(() -> {
        try {
          store.upsert(COLLECTION, List.of(point(number, "during")));
          return ErrorCode.NOT_FOUND;
        } catch (SelfRagException e) {
          return e.code();
        }
      });
    }
    try (var threads = Executors.newFixedThreadPool(6)) {
      List<ErrorCode> codes = new ArrayList<>();
      for (Future<ErrorCode> code : threads.invokeAll(calls)) {
        codes.add(code.get());
      }
      return codes;
    }
  }

  private static List<UUID> allIds(VectorStore store) {
    List<UUID> ids = new ArrayList<>();
    List<Point> page = store.scroll(COLLECTION, ALL, Optional.empty(), 1000);
    while (!page.isEmpty()) {
      page.forEach(point -> ids.add(point.chunkId()));
      page = store.scroll(COLLECTION, ALL, Optional.of(page.getLast().chunkId()), 1000);
    }
    return ids;
  }

  /** A disk on which nothing new can be written while the switch is on. */
  private static final class FailingDirectory extends FilterDirectory {
    private final AtomicBoolean full;

    FailingDirectory(Directory directory, AtomicBoolean full) {
      super(directory);
      this.full = full;
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (full.get()) {
        throw new IOException("No space left on device");
      }
      return in.createOutput(name, context);
    }
  }
}
