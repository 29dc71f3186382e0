package io.selfrag.vectorstore.lucene;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.ThreadInterruptedException;

/** The folder of all collections, one sub-folder each, and how its faults become those of the port. */
final class IndexFolder {
  private final Path path;

  IndexFolder(Path path) {
    this.path = path;
  }

  Directory open(String collection) throws IOException {
    return FSDirectory.open(path.resolve(collection));
  }

  boolean has(String collection) {
    return Files.isDirectory(path.resolve(collection));
  }

  /** Names of the collections that exist; a folder left by a dropped one does not count. */
  List<String> collections() throws IOException {
    List<String> existing = new ArrayList<>();
    for (String name : subFolders()) {
      if (isCollection(path.resolve(name))) {
        existing.add(name);
      }
    }
    return existing;
  }

  /** Names of all folders inside, of collections that exist or did so once. */
  List<String> subFolders() throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(path)) {
      return folders.filter(Files::isDirectory).map(folder -> String.valueOf(folder.getFileName())).sorted().toList();
    } catch (UncheckedIOException e) {
      throw new IOException("cannot list " + path, e);
    }
  }

  private static boolean isCollection(Path folder) throws IOException {
    try (Directory directory = FSDirectory.open(folder)) {
      return WriterSession.dimension(directory) > WriterSession.MISSING;
    } catch (IndexNotFoundException e) {
      return false;
    }
  }

  /** Runs an action on the index; a fault of the disk or of a closed index is an unavailable store. */
  <T> T call(Action<T> action) {
    try {
      return action.run();
    } catch (IOException | UncheckedIOException | AlreadyClosedException | ThreadInterruptedException e) {
      if (e instanceof ThreadInterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE,
          "the index in " + path + " cannot be read or written: " + e.getMessage(), e);
    }
  }

  /** What may fail on disk. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException;
  }
}
