package io.selfrag.catalog;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How a worker's thread waits for what the catalog publishes. */
public final class StoreCalls {
  private StoreCalls() {}

  /**
   * Waits for the end. A database that does not answer in time is one that is away: the statement's own limit is held by the
   * server and is worth nothing while that hangs.
   *
   * @return the element, or {@code null} if there is none
   * @throws SelfRagException {@code STORE_UNAVAILABLE}, also when the time is up
   */
  public static <T> @Nullable T await(Mono<T> work, Duration limit) {
    return work.timeout(limit)
        .onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database is too slow", e))
        .onErrorMap(StoreFailures::translate).block();
  }

  /** As {@link #await}, for what always has an element. */
  public static <T> T get(Mono<T> work, Duration limit) {
    return Objects.requireNonNull(await(work, limit), "an element was expected");
  }
}
