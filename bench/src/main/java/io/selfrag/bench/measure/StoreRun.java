package io.selfrag.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * One run of the embedded store in a JVM of its own: a bulk load, searches, small writes by one and by many, deletes. Prints a
 * line {@code FIGURE name=value} for each measure. {@link StoreCommand} starts it.
 */
final class StoreRun {
  private static final int BULK_THREADS = 2;
  private static final int SMALL_CALL = 5;
  private static final int MANY = 8;
  private static final int SEARCHES = 300;
  private static final long BETWEEN_SEARCHES = 40_000_000;

  private final VectorStore store;
  private final StorePoints corpus;
  private final int loaded;
  private final long phaseNanos;
  private final AtomicInteger nextPoint;

  private StoreRun(VectorStore store, StorePoints corpus, int loaded, int seconds) {
    this.store = store;
    this.corpus = corpus;
    this.loaded = loaded;
    phaseNanos = seconds * 1_000_000_000L;
    nextPoint = new AtomicInteger(loaded);
  }

  /** Arguments: folder, points, dimension, seconds of each small phase. */
  public static void main(String[] args) throws Exception {
    var folder = Path.of(args[0]);
    try (VectorStore store = LuceneVectorStore.open(folder)) {
      var corpus = new StorePoints(Integer.parseInt(args[2]));
      store.ensureCollection(corpus.collection());
      var run = new StoreRun(store, corpus, Integer.parseInt(args[1]), Integer.parseInt(args[3]));
      run.bulk();
      run.searches("search idle");
      run.small("1 writer", 1);
      run.small(MANY + " writers", MANY);
      run.deletes();
      run.footprint(folder);
    }
  }

  private void bulk() throws Exception {
    var next = new AtomicInteger();
    var answers = Collections.synchronizedList(new ArrayList<Double>());
    long start = System.nanoTime();
    double cpu = cpuSeconds();
    inParallel(BULK_THREADS, thread -> {
      var sizes = new Random(thread);
      for (int size = 64 + sizes.nextInt(437), from = next.getAndAdd(size); from < loaded; size = 64
          + sizes.nextInt(437), from = next.getAndAdd(size)) {
        List<Point> points = points(from, Math.min(loaded, from + size));
        answers.add(millis(() -> store.upsert(corpus.collection(), points)));
      }
      return 0;
    });
    double seconds = (System.nanoTime() - start) / 1e9;
    figure("bulk, points/s", loaded / seconds);
    figure("bulk, ms a call p95", Figures.percentile(answers, 0.95));
    settle();
    figure("bulk, CPU s with merges", cpuSeconds() - cpu);
  }

  private void searches(String name) {
    for (int i = 0; i < SEARCHES; i++) {
      store.search(corpus.collection(), corpus.question(i));
    }
    var answers = new ArrayList<Double>();
    for (int i = 0; i < SEARCHES; i++) {
      int question = i;
      answers.add(millis(() -> store.search(corpus.collection(), corpus.question(question))));
    }
    figure(name + ", ms p50", Figures.median(answers));
    figure(name + ", ms p95", Figures.percentile(answers, 0.95));
  }

  private void small(String name, int writers) throws Exception {
    long end = System.nanoTime() + phaseNanos;
    var answers = Collections.synchronizedList(new ArrayList<Double>());
    var searches = Collections.synchronizedList(new ArrayList<Double>());
    double cpu = cpuSeconds();
    inParallel(writers + 1, thread -> {
      for (int i = 0; System.nanoTime() < end; i++) {
        if (thread == writers) {
          int question = i;
          searches.add(millis(() -> store.search(corpus.collection(), corpus.question(question))));
          LockSupport.parkNanos(BETWEEN_SEARCHES);
        } else {
          int from = nextPoint.getAndAdd(SMALL_CALL);
          List<Point> points = points(from, from + SMALL_CALL);
          answers.add(millis(() -> store.upsert(corpus.collection(), points)));
        }
      }
      return 0;
    });
    settle();
    figure(name + " x 5 points, points/s", answers.size() * SMALL_CALL / (phaseNanos / 1e9));
    figure(name + ", ms a call p50", Figures.median(answers));
    figure(name + ", ms a call p95", Figures.percentile(answers, 0.95));
    figure(name + ", CPU ms a call with merges", (cpuSeconds() - cpu) * 1000 / answers.size());
    figure("search beside " + name + ", ms p95", Figures.percentile(searches, 0.95));
  }

  /** One document after another, as a sweeper does. */
  private void deletes() {
    long end = System.nanoTime() + phaseNanos / 2;
    var answers = new ArrayList<Double>();
    for (int document = 0; System.nanoTime() < end; document++) {
      var selection = new PointSelection.OfDocument(StorePoints.tenantOf(document),
          StorePoints.knowledgeBaseOf(document), StorePoints.documentId(document));
      answers.add(millis(() -> store.delete(corpus.collection(), selection)));
    }
    figure("delete of a document, ms p50", Figures.median(answers));
    figure("delete of a document, ms p95", Figures.percentile(answers, 0.95));
    searches("search afterwards");
  }

  private void footprint(Path folder) throws IOException {
    settle();
    try (var files = Files.walk(folder)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      long bytes = 0;
      for (Path file : all) {
        bytes += Files.size(file);
      }
      figure("files", all.size());
      figure("index MB", bytes / 1e6);
    }
    System.gc();
    figure("heap MB after GC", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
  }

  private List<Point> points(int from, int to) {
    return IntStream.range(from, to).mapToObj(corpus::point).toList();
  }

  /** Waits until merges in the background are over: the process has done next to nothing for a second. */
  private static void settle() {
    double before = cpuSeconds();
    for (int quiet = 0; quiet < 4;) {
      LockSupport.parkNanos(250_000_000);
      double now = cpuSeconds();
      quiet = now - before < 0.02 ? quiet + 1 : 0;
      before = now;
    }
  }

  private interface Task {
    int run(int thread) throws Exception;
  }

  private static void inParallel(int threads, Task task) throws InterruptedException, ExecutionException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        tasks.add(() -> task.run(thread));
      }
      for (Future<Integer> done : pool.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  private static double millis(Runnable call) {
    long start = System.nanoTime();
    call.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double cpuSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
  }

  private static void figure(String name, double value) {
    System.out.printf(Locale.ROOT, "FIGURE %s=%.3f%n", name, value);
  }
}
