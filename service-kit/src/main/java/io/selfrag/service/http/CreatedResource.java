package io.selfrag.service.http;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a request brought into being, noted in the Reactor context for the audit log. */
final class CreatedResource {
  static final String KEY = "selfrag.created-resource";

  private volatile @Nullable UUID id;

  @Nullable
  UUID id() {
    return id;
  }

  /** The same reply, its resource noted if anybody wants to know. */
  static Mono<IdempotentReply> noted(Mono<IdempotentReply> reply) {
    return reply.transformDeferredContextual((it, context) -> {
      var noted = context.<CreatedResource>getOrEmpty(KEY);
      return noted.isEmpty() ? it : it.doOnNext(given -> noted.get().id = given.resourceId());
    });
  }
}
