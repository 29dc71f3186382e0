package io.selfrag.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.backup.BackupException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.VersionKey;
import io.selfrag.vectorstore.lucene.LuceneIndexCopy;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexRestoreTest {
  private static final CollectionSpec KEPT = new CollectionSpec("selfrag_kept_2", 2);
  private static final CollectionSpec OTHER = new CollectionSpec("selfrag_other_2", 2);

  @TempDir
  Path folder;

  private IndexDump dump = new IndexDump("", "", List.of());

  @BeforeEach
  void takeOne() throws IOException {
    try (var store = LuceneVectorStore.open(folder.resolve("index"))) {
      store.upsert(KEPT, List.of(point(1), point(2)));
      dump = IndexDump.take(new LuceneIndexCopy(folder.resolve("index")), folder.resolve("backup"));
    }
  }

  private static Point point(long number) {
    return new Point(new UUID(7, number),
        new VersionKey(new UUID(1, 1), new UUID(2, 2), new UUID(3, number), 1, number, 0), 0, new float[]{1, 0},
        "words", new PointAttributes("", "public", List.of(), List.of(), List.of(), "en", Map.of()));
  }

  private IndexRestore into(String index, IndexDump from, boolean leftOut) {
    return IndexRestore.of(
        Optional.of(new VectorStoreSettings("lucene", folder.resolve(index), true, null, null, null, null, null)), from,
        folder.resolve("backup"), leftOut);
  }

  @Test
  void theCopyTakesThePlaceOfAllThatIsThereOnceItMay() throws IOException {
    try (var store = LuceneVectorStore.open(folder.resolve("target"))) {
      store.upsert(OTHER, List.of(point(3)));
    }
    var restore = into("target", dump, false);
    assertThat(restore.isUsed()).isTrue();
    restore.verify();
    assertThatThrownBy(() -> restore.requireEmpty(false)).isInstanceOf(BackupException.class)
        .hasMessageContaining("is not empty: it has 1 collections").hasMessageContaining("--force");
    restore.requireEmpty(true);

    restore.run(false);

    var target = new LuceneIndexCopy(folder.resolve("target"));
    assertThat(target.collections()).containsExactly(KEPT.name());
    assertThat(target.points(KEPT.name())).isEqualTo(2).isEqualTo(dump.points());
  }

  @Test
  void aDamagedFileIsFoundBeforeAnythingIsTouched() throws IOException {
    var file = folder.resolve("backup/index").resolve(KEPT.name())
        .resolve(dump.collections().getFirst().files().getFirst().name());
    Files.writeString(file, "x", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> into("target", dump, false).verify()).isInstanceOf(BackupException.class)
        .hasMessageStartingWith("The backup is damaged: index/" + KEPT.name() + "/").hasMessageContaining("--no-index");
    into("target", dump, true).verify();
  }

  @Test
  void whereTheCopyCannotBeUsedTheStoreIsLeftEmpty() throws IOException {
    assertThat(into("target", dump, true).unused()).isEqualTo("The index was left out.");
    assertThat(into("target", new IndexDump("qdrant", "1.16.0", List.of()), false).unused())
        .isEqualTo("The backup's index is of qdrant, and this system has lucene.");
    assertThat(into("target", new IndexDump("lucene", "1.2.3", dump.collections()), false).unused())
        .startsWith("The backup's index is of lucene 1.2.3, which ").endsWith(" does not take.");
    assertThat(IndexRestore.of(Optional.empty(), dump, folder, false).unused()).contains("is not named", "QDRANT_URL");
    BackupFolder.delete(folder.resolve("backup/index"));
    var missing = into("index", dump, false);
    assertThat(missing.unused()).isEqualTo("The backup has no index.");
    assertThat(missing.isUsed()).isFalse();

    missing.run(false);

    assertThat(new LuceneIndexCopy(folder.resolve("index")).collections()).isEmpty();
  }

  @Test
  void theManifestKeepsWhatWasCopiedAndAnOlderOneHasNothing() throws IOException {
    var backup = folder.resolve("backup");
    var database = new io.selfrag.catalog.backup.DatabaseDump("1", List.of());
    new Manifest(Manifest.FORMAT, "now", "selfrag.", database, dump).writeTo(backup);
    assertThat(Manifest.in(backup).index()).isEqualTo(dump);

    Files.writeString(backup.resolve("manifest.json"), Files.readString(backup.resolve("manifest.json"))
        .replaceAll("(?s),\\s*\"index\".*", "}"));
    assertThat(Manifest.in(backup).index()).isNull();

    Files.writeString(backup.resolve("manifest.json"),
        """
            {"format": 1, "createdAt": "now", "topicPrefix": "selfrag.", "database": {"schema": "1", "tables": []},
             "index": {"store": "lucene", "version": "1", "collections": [{"collection": "../x", "dimension": 1, "files": []}]}}
            """);
    assertThatThrownBy(() -> Manifest.in(backup)).hasMessageContaining("manifest.json cannot be read");
  }
}
