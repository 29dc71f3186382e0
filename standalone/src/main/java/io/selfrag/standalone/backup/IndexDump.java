package io.selfrag.standalone.backup;

import io.selfrag.catalog.backup.BackupException;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import io.selfrag.vectorstore.copy.IndexCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a backup holds of the vector store: a folder for each collection.
 *
 * @param store {@code lucene} or {@code qdrant}; a copy goes back into the same only
 * @param version of the store
 */
record IndexDump(String store, String version, List<CollectionCopy> collections) {
  private static final String FOLDER = "index";

  IndexDump {
    collections = List.copyOf(collections);
  }

  /** Copies all collections into a backup, each as it is at one moment. */
  static IndexDump take(IndexCopy store, Path backup) throws IOException {
    var taken = new ArrayList<CollectionCopy>();
    for (String collection : store.collections()) {
      var folder = Files.createDirectories(folder(backup, collection));
      var copy = store.save(collection, folder);
      if (copy.isPresent()) {
        taken.add(copy.get());
      } else {
        BackupFolder.delete(folder);
      }
    }
    return new IndexDump(store.store(), store.version(), taken);
  }

  /** Where a backup has a collection. */
  static Path folder(Path backup, String collection) {
    return backup.resolve(FOLDER).resolve(collection);
  }

  /** Whether the backup's folder has the files, whole or not: they may have been left behind to save space. */
  boolean isIn(Path backup) {
    return collections.isEmpty() || Files.isDirectory(backup.resolve(FOLDER));
  }

  /** @throws BackupException naming the first file that is missing or is not what was written */
  void verify(Path backup) throws IOException {
    for (CollectionCopy copy : collections) {
      for (CopiedFile file : copy.files()) {
        if (!file.isWholeIn(folder(backup, copy.collection()))) {
          throw new BackupException("The backup is damaged: " + FOLDER + "/" + copy.collection() + "/" + file.name()
              + " is missing or is not what was written. Without the index it can be used: --no-index.", null);
        }
      }
    }
  }

  /** All that is known of how many there are. */
  long points() {
    return collections.stream().mapToLong(it -> it.points() == null ? 0 : it.points()).sum();
  }
}
