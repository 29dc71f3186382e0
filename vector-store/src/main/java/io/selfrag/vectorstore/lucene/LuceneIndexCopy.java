package io.selfrag.vectorstore.lucene;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import io.selfrag.vectorstore.copy.IndexCopy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.Version;

/**
 * Copies Lucene indexes from outside the process that writes them. Files of a commit never change, and one that is open can be
 * read to its end after the writer has deleted it: once all of a commit's files are open, the copy is of that moment, however
 * long it takes. Nothing is locked for it, and nothing is written beside the index. Bringing one back takes the writer's lock.
 */
public final class LuceneIndexCopy implements IndexCopy {
  /** A writer that commits all the time deletes a commit within milliseconds; opening its files takes about as long. */
  private static final int TRIES = 200;

  private final Path path;
  private final IndexFolder folder;

  /** @param path folder of the indexes; it need not be there */
  public LuceneIndexCopy(Path path) {
    this.path = path;
    this.folder = new IndexFolder(path);
  }

  @Override
  public String store() {
    return "lucene";
  }

  @Override
  public String version() {
    return Version.LATEST.toString();
  }

  /** Lucene reads what its version before has written. */
  @Override
  public boolean reads(String version) {
    try {
      int major = Integer.parseInt(version.split("\\.", 2)[0]);
      return major == Version.LATEST.major || major == Version.LATEST.major - 1;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  @Override
  public List<String> collections() {
    return folder.call(folder::collections);
  }

  @Override
  public long points(String collection) {
    return folder.call(() -> {
      try (Directory directory = folder.open(collection)) {
        return DirectoryReader.indexExists(directory) ? points(directory) : 0L;
      }
    });
  }

  private static long points(Directory directory) throws IOException {
    try (var reader = DirectoryReader.open(directory)) {
      return (long) reader.numDocs();
    }
  }

  @Override
  public Optional<CollectionCopy> save(String collection, Path to) throws IOException {
    for (int attempt = 1;; attempt++) {
      try (var files = folder.call(() -> open(collection))) {
        return files.isEmpty() ? Optional.empty() : Optional.of(copy(collection, files, to));
      } catch (SelfRagException e) {
        // The writer has a newer commit by now, and deleted a file of this one before it was open.
        boolean gone = e.getCause() instanceof NoSuchFileException || e.getCause() instanceof FileNotFoundException;
        if (!gone || attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  /** The files of one commit, open. */
  private static final class OpenCommit implements AutoCloseable {
    private final Map<String, FileChannel> files = new LinkedHashMap<>();

    boolean isEmpty() {
      return files.isEmpty();
    }

    void open(Path index, String name) throws IOException {
      files.put(name, FileChannel.open(index.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public void close() throws IOException {
      IOUtils.close(files.values());
    }
  }

  private OpenCommit open(String collection) throws IOException {
    var commit = new OpenCommit();
    try (Directory directory = folder.open(collection)) {
      if (DirectoryReader.indexExists(directory)) {
        var infos = SegmentInfos.readLatestCommit(directory);
        if (WriterSession.dimension(infos.getUserData()) > WriterSession.MISSING) {
          for (String name : infos.files(true)) {
            commit.open(path.resolve(collection), name);
          }
        }
      }
      return commit;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(commit.files.values());
      throw e;
    }
  }

  private static CollectionCopy copy(String collection, OpenCommit commit, Path to) throws IOException {
    List<CopiedFile> files = new ArrayList<>();
    for (Map.Entry<String, FileChannel> it : commit.files.entrySet()) {
      var file = to.resolve(it.getKey());
      Files.copy(Channels.newInputStream(it.getValue()), file);
      files.add(CopiedFile.of(file));
    }
    try (Directory directory = FSDirectory.open(to); var reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        ((CodecReader) leaf.reader()).checkIntegrity();
      }
      files.sort(Comparator.comparing(CopiedFile::name));
      return new CollectionCopy(collection, WriterSession.dimension(reader.getIndexCommit().getUserData()),
          (long) reader.numDocs(), files);
    }
  }

  @Override
  public void restore(CollectionCopy copy, Path from) throws IOException {
    remove(copy.collection());
    var target = path.resolve(copy.collection());
    alone(() -> {
      Files.createDirectories(target);
      try (Directory directory = FSDirectory.open(target)) {
        List<String> pending = new ArrayList<>();
        for (CopiedFile file : copy.files()) {
          // The list of segments gets its name last: until then there is no index in the folder.
          boolean isList = file.name().startsWith(IndexFileNames.SEGMENTS);
          var name = isList ? "pending_" + file.name() : file.name();
          Files.copy(from.resolve(file.name()), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
          if (isList) {
            pending.add(file.name());
          }
        }
        directory.sync(Set.of(directory.listAll()));
        for (String name : pending) {
          directory.rename("pending_" + name, name);
        }
        directory.syncMetaData();
      }
      return true;
    });
  }

  @Override
  public void remove(String collection) {
    if (folder.has(collection)) {
      alone(() -> {
        IOUtils.rm(path.resolve(collection));
        return true;
      });
    }
  }

  /** Runs a change while no other process may write. */
  private void alone(IndexFolder.Action<Boolean> change) {
    folder.call(() -> {
      Files.createDirectories(path);
      try (var _ = LuceneVectorStore.lock(path)) {
        return change.run();
      }
    });
  }

  @Override
  public void close() {
    // Nothing stays open between calls.
  }
}
