package io.selfrag.vectorstore.lucene;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/**
 * One opening of an index for writing. Concurrent writers share commits: one of them commits for all who wrote before it began.
 * After any failed commit the session is over, since what it buffered may be lost; those who wait all hear so, and the next
 * caller opens a new session on what was committed before.
 */
final class WriterSession implements Closeable {
  private final IndexWriter writer;
  private final SearcherManager searchers;

  // Guarded by this.
  private long lastTicket;
  private long committedTicket;
  private boolean committing;
  private boolean failed;

  WriterSession(Directory directory) throws IOException {
    writer = new IndexWriter(directory, IndexSettings.writer());
    try {
      searchers = new SearcherManager(writer, IndexSettings.searchers());
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(writer::rollback);
      throw e;
    }
  }

  IndexWriter writer() {
    return writer;
  }

  SearcherManager searchers() {
    return searchers;
  }

  synchronized boolean usable() {
    return !failed && writer.isOpen();
  }

  /** Returns once everything that this thread has written is on disk and visible to searches that start from now on. */
  void makeDurable() throws IOException {
    long covered;
    synchronized (this) {
      long ticket = ++lastTicket;
      try {
        while (committing && !failed && committedTicket < ticket) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for a commit", e);
      }
      if (committedTicket >= ticket) {
        return;
      }
      if (failed) {
        throw new AlreadyClosedException("the commit that this write waited for has failed");
      }
      committing = true;
      covered = lastTicket;
    }
    boolean done = false;
    try {
      writer.commit();
      searchers.maybeRefreshBlocking();
      done = true;
    } finally {
      synchronized (this) {
        committing = false;
        if (done) {
          committedTicket = covered;
        } else {
          failed = true;
        }
        notifyAll();
      }
    }
  }

  /** Commits with what the collection says about itself. */
  void commit(Map<String, String> properties) throws IOException {
    writer.setLiveCommitData(properties.entrySet());
    makeDurable();
  }

  /** Ends the session as it is; what was not committed is dropped. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      failed = true;
      notifyAll();
    }
    IOUtils.close(searchers, writer::rollback);
  }
}
