package io.selfrag.service.http;

import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;

/**
 * How many of the items of a request were denied that went on without them, for the audit log: it has one record more of such a
 * request. Safe for concurrent callers.
 */
public final class DeniedItems {
  static final String KEY = "selfrag.denied-items";

  private final LongAdder count = new LongAdder();

  /** Those of the request at hand. */
  public static Mono<DeniedItems> ofRequest() {
    return Mono.deferContextual(context -> Mono.just(context.<DeniedItems>getOrEmpty(KEY).orElseGet(DeniedItems::new)));
  }

  /** Counts more of them. */
  public void add(long more) {
    count.add(more);
  }

  long count() {
    return count.sum();
  }
}
