package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Work that runs beside its caller, who waits for it no longer than a limit. */
final class SideWork<T> {
  private final FutureTask<T> task;

  private SideWork(Supplier<T> work) {
    task = new FutureTask<>(work::get);
  }

  static <T> SideWork<T> start(Executor threads, Supplier<T> work) {
    var side = new SideWork<>(work);
    threads.execute(side.task);
    return side;
  }

  /**
   * The result, or the failure of the work as it was thrown. Work that takes too long is not interrupted, since that would
   * close the files it reads; only what has not begun is dropped.
   *
   * @param code what it means that the limit has passed
   */
  T await(Duration limit, ErrorCode code, String detail) {
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(false);
      throw new SelfRagException(code, detail + " within " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException it -> throw it;
        case Error it -> throw it;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(code, "interrupted while waiting: " + detail, e);
    }
  }
}
