package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * Forces each file to disk once, and the files of a commit side by side. Lucene's own directory forces every file of the whole
 * index again with each commit, one after another: files never change once written, but a disk takes as long to answer for a
 * clean file as for a new one, so that a commit of one point to an index of a hundred files took a hundred times as long.
 *
 * <p>The list of segments is written before the files it names; it is forced together with them, and before it gets the name
 * under which it counts.
 */
final class OnceSyncedDirectory extends FilterDirectory {
  private final ExecutorService threads;
  private final Set<String> synced = ConcurrentHashMap.newKeySet();
  private final Set<String> postponed = ConcurrentHashMap.newKeySet();

  /** The threads outlive the directory; a sync waits for them. */
  OnceSyncedDirectory(Directory directory, ExecutorService threads) {
    super(directory);
    this.threads = threads;
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    if (names.size() == 1 && names.iterator().next().startsWith(IndexFileNames.PENDING_SEGMENTS)) {
      postponed.addAll(names);
      return;
    }
    var due = new ArrayList<>(names.stream().filter(name -> !synced.contains(name)).toList());
    due.addAll(postponed);
    syncAll(due);
  }

  private void syncAll(List<String> names) throws IOException {
    List<Future<?>> others = new ArrayList<>();
    for (String name : names.subList(Math.min(1, names.size()), names.size())) {
      others.add(threads.submit(() -> {
        syncOne(name);
        return true;
      }));
    }
    IOException failure = null;
    try {
      if (!names.isEmpty()) {
        syncOne(names.getFirst());
      }
    } catch (IOException e) {
      failure = e;
    }
    // All of them, failure or not: nobody may still be at work on files that the caller now deletes.
    for (Future<?> other : others) {
      try {
        other.get();
      } catch (ExecutionException e) {
        failure = failure == null ? new IOException("a file cannot be forced to disk", e.getCause()) : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = failure == null ? new IOException("interrupted while a commit was forced to disk", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void syncOne(String name) throws IOException {
    in.sync(List.of(name));
    synced.add(name);
    postponed.remove(name);
  }

  @Override
  public void rename(String source, String target) throws IOException {
    if (postponed.contains(source)) {
      syncOne(source);
    }
    forget(source);
    forget(target);
    in.rename(source, target);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    forget(name);
    return in.createOutput(name, context);
  }

  @Override
  public void deleteFile(String name) throws IOException {
    forget(name);
    in.deleteFile(name);
  }

  private void forget(String name) {
    synced.remove(name);
    postponed.remove(name);
  }
}
