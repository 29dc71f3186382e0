package io.selfrag.ingest.export;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is read by its key, a page after the other. */
final class Pages {
  private Pages() {}

  /**
   * All that the pages hold. One page at most is read before it is asked for, and none after the reader has gone.
   *
   * @param page the page after this element; the first one if it is null
   * @param size of every page but the last, which is smaller
   */
  static <T> Flux<T> of(int size, Function<@Nullable T, Mono<List<T>>> page) {
    return page.apply(null)
        .expand(some -> some.size() < size ? Mono.empty() : page.apply(some.getLast()))
        .concatMapIterable(it -> it, 1);
  }
}
