package io.selfrag.chunker.catalog;

import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** Waits on the calling thread for what the catalog publishes. */
final class Waiting {
  private Waiting() {}

  /**
   * The value, if one came.
   *
   * @throws SelfRagException {@code STORE_UNAVAILABLE}, also when time is up
   */
  static <T> Optional<T> on(Mono<T> work, Duration limit) {
    return work.timeout(limit)
        .onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database is too slow", e))
        .onErrorMap(StoreFailures::translate).blockOptional();
  }
}
