package io.selfrag.embedding.onnx;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * The threads that embed passages, one a core, shared by all models of a process: more callers than cores only contend.
 * Close it after the embedders that use it.
 */
public final class InferenceThreads implements AutoCloseable, Executor {
  private final ExecutorService threads;
  private final int size;

  /** As many threads as given, at least 1; one for each core is fastest. */
  public InferenceThreads(int size) {
    ThreadFactory names = Thread.ofPlatform().name("embed-", 0).daemon(true).factory();
    this.threads = Executors.newFixedThreadPool(size, names);
    this.size = size;
  }

  /** One thread for each core the JVM may use. */
  public static InferenceThreads onePerCore() {
    return new InferenceThreads(Runtime.getRuntime().availableProcessors());
  }

  int size() {
    return size;
  }

  @Override
  public void execute(Runnable step) {
    threads.execute(step);
  }

  /** Waits for what runs; an embedder still open loses its threads. */
  @Override
  public void close() {
    threads.close();
  }
}
