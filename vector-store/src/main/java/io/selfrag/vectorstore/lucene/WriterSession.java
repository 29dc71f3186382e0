package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.VectorChecks;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/**
 * One opening of an index for writing. Between commits its searchers show exactly what is durable; {@link GroupCommit} lets one
 * thread at a time change it. Once a commit has failed the session is over, since what it buffered may be lost.
 */
final class WriterSession implements Closeable {
  /** Of a collection that does not exist. */
  static final int MISSING = 0;

  private static final String DIMENSION = "dimension";

  private final IndexWriter writer;
  private final SearcherManager searchers;
  private volatile boolean failed;
  // Touched only by the thread that changes the index.
  private int dimension;
  private boolean touched;

  WriterSession(Directory directory) throws IOException {
    dimension = dimension(directory);
    writer = new IndexWriter(directory, IndexSettings.writer());
    try {
      searchers = new SearcherManager(writer, IndexSettings.searchers());
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(writer::rollback);
      throw e;
    }
  }

  /** The dimension that the last commit names, or 0 if there is no such collection. */
  static int dimension(Directory directory) throws IOException {
    return DirectoryReader.indexExists(directory)
        ? dimension(SegmentInfos.readLatestCommit(directory).getUserData())
        : MISSING;
  }

  static int dimension(Map<String, String> properties) {
    return Integer.parseInt(properties.getOrDefault(DIMENSION, String.valueOf(MISSING)));
  }

  int dimension() {
    return dimension;
  }

  /** Creates the collection if it is missing; refuses one of another dimension. */
  void ensure(CollectionSpec spec) {
    if (dimension == MISSING) {
      become(spec.dimension());
    }
    VectorChecks.checkDimension(spec, dimension);
  }

  void drop() throws IOException {
    if (dimension != MISSING) {
      writer.deleteAll();
      become(MISSING);
    }
  }

  private void become(int newDimension) {
    dimension = newDimension;
    touched = true;
    var properties = newDimension == MISSING
        ? Map.<String, String>of()
        : Map.of(DIMENSION, String.valueOf(newDimension));
    writer.setLiveCommitData(properties.entrySet());
  }

  /** The writer, for a change that is about to be made. */
  IndexWriter toChange() {
    touched = true;
    return writer;
  }

  /** True if something was changed since the last commit. */
  boolean touched() {
    return touched;
  }

  SearcherManager searchers() {
    return searchers;
  }

  /** Searchers that see the changes since the last commit as well. */
  SearcherManager searchersOfNow() throws IOException {
    if (touched) {
      searchers.maybeRefreshBlocking();
    }
    return searchers;
  }

  /** Makes all changes durable, then visible; does nothing if there are none. */
  void commit() throws IOException {
    if (touched) {
      writer.commit();
      searchers.maybeRefreshBlocking();
      touched = false;
    }
  }

  boolean usable() {
    return !failed && writer.isOpen();
  }

  void fail() {
    failed = true;
  }

  /** Ends the session as it is; what was not committed is dropped. */
  @Override
  public void close() throws IOException {
    failed = true;
    IOUtils.close(searchers, writer::rollback);
  }
}
