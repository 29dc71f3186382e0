package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.Page;
import java.util.List;
import java.util.function.Function;

/** A page as every list answers. */
record PageReply<T>(List<T> items, long total, int page, int pageSize, long pages) {
  static <A, B> PageReply<B> of(Page<A> found, int page, int pageSize, Function<A, B> body) {
    return new PageReply<>(found.items().stream().map(body).toList(), found.total(), page, pageSize,
        (found.total() + pageSize - 1) / pageSize);
  }
}
