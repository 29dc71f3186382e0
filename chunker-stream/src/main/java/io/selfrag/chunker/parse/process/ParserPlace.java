package io.selfrag.chunker.parse.process;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * A place of the pool: one process, alive or on its way. Starting happens in the background, so that the next document
 * finds the process warm.
 */
final class ParserPlace {
  private static final Logger log = LoggerFactory.getLogger(ParserPlace.class);

  private final ProcessParserSettings settings;
  private final ScheduledExecutorService timer;
  private CompletableFuture<ParserProcess> current;
  private boolean closed;

  ParserPlace(ProcessParserSettings settings, ScheduledExecutorService timer) {
    this.settings = settings;
    this.timer = timer;
    current = start();
  }

  /** The living process; waits for its start and throws a transient failure if it cannot be started. */
  ParserProcess process() {
    ParserProcess process = await(current());
    if (process.isAlive()) {
      return process;
    }
    renew();
    return await(current());
  }

  private ParserProcess await(CompletableFuture<ParserProcess> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      renew();
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "A parser process cannot be started.", e);
    }
  }

  private synchronized CompletableFuture<ParserProcess> current() {
    requireOpen();
    return current;
  }

  /** Throws a transient failure once the pool is closed. */
  synchronized void requireOpen() {
    if (closed) {
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "The parser is closed.");
    }
  }

  /** Ends the process and starts another. */
  synchronized void renew() {
    CompletableFuture<ParserProcess> old = current;
    if (!closed) {
      current = start();
    }
    retire(old);
  }

  /** Starts another process if this one is dead, worn or has seen its share of documents. */
  void renewIfSpent(boolean worn) {
    CompletableFuture<ParserProcess> now;
    synchronized (this) {
      now = current;
    }
    boolean settled = now.isDone() && !now.isCompletedExceptionally();
    if (settled && (worn || !now.join().isAlive() || now.join().documents() >= settings.documentsPerProcess())) {
      renew();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The process id, or -1 while none runs. */
  synchronized long processId() {
    return current.isDone() && !current.isCompletedExceptionally() ? current.join().pid() : -1;
  }

  synchronized void close() {
    closed = true;
    retire(current);
  }

  private static void retire(CompletableFuture<ParserProcess> process) {
    var _ = process.thenAccept(ParserProcess::retire);
  }

  private CompletableFuture<ParserProcess> start() {
    var future = new CompletableFuture<ParserProcess>();
    Thread.ofVirtual().name("parser-start").start(() -> {
      long start = System.nanoTime();
      try {
        ParserProcess process = ParserProcess.start(settings, timer);
        log.atInfo().addKeyValue("pid", process.pid())
            .addKeyValue("duration_ms", (System.nanoTime() - start) / 1_000_000)
            .log("parser process started");
        future.complete(process);
      } catch (IOException | RuntimeException e) {
        log.atLevel(isClosed() ? Level.DEBUG : Level.ERROR).setCause(e).log("parser process cannot be started");
        future.completeExceptionally(e);
      }
    });
    return future;
  }
}
