package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/** A disk that counts what is forced to it, checks each commit as a power failure would, and can be made to wait. */
final class WatchedDirectory extends FilterDirectory {
  private final AtomicInteger syncs = new AtomicInteger();
  private final AtomicInteger commits = new AtomicInteger();
  private final Set<String> forced = ConcurrentHashMap.newKeySet();
  private final List<String> unforced = new CopyOnWriteArrayList<>();
  private volatile @Nullable CountDownLatch proceed;
  private volatile boolean blocked;

  private WatchedDirectory(Directory directory) {
    super(directory);
  }

  static WatchedDirectory open(Path path) throws IOException {
    return new WatchedDirectory(FSDirectory.open(path));
  }

  int syncs() {
    return syncs.get();
  }

  int commits() {
    return commits.get();
  }

  int fileCount() {
    try {
      return listAll().length;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<String> commitsWithUnforcedFiles() {
    return unforced;
  }

  void blockSyncsUntil(CountDownLatch latch) {
    proceed = latch;
  }

  boolean isBlocked() {
    return blocked;
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    CountDownLatch latch = proceed;
    if (latch != null) {
      blocked = true;
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    in.sync(names);
    syncs.addAndGet(names.size());
    forced.addAll(names);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    forced.remove(name);
    return in.createOutput(name, context);
  }

  @Override
  public void rename(String source, String target) throws IOException {
    if (!forced.contains(source)) {
      unforced.add(source);
    }
    in.rename(source, target);
    if (target.startsWith(IndexFileNames.SEGMENTS)) {
      commits.incrementAndGet();
      var missing = new ArrayList<>(SegmentInfos.readCommit(in, target).files(false));
      missing.removeAll(forced);
      unforced.addAll(missing);
    }
  }
}
