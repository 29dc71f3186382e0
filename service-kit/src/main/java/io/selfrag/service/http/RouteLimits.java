package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.limits.Allowance;
import io.selfrag.service.limits.RateLimits;
import io.selfrag.service.limits.RouteClass;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Holds requests to their rate limits and says in the answer's headers how much is left. */
final class RouteLimits {
  static final String LIMIT = "RateLimit-Limit";
  static final String REMAINING = "RateLimit-Remaining";
  static final String RESET = "RateLimit-Reset";

  private final RateLimits limits;

  RouteLimits(RateLimits limits) {
    this.limits = limits;
  }

  /** Fails with {@code RATE_LIMIT_EXCEEDED} if the key has used up its limit. */
  Mono<Void> take(ServerWebExchange exchange, Caller caller, RouteClass routes) {
    return held(exchange, limits.take(caller.keyId(), routes, caller.rateLimitPerMinute()));
  }

  /** The same for an operator's credential. */
  Mono<Void> take(ServerWebExchange exchange, UUID operator) {
    return held(exchange, limits.take(operator, RouteClass.ADMIN, null));
  }

  /**
   * {@link #take} for whose key it was when it was last read: before the key is looked up, so that a request over the limit costs
   * the database nothing. Takes nothing for a key that is not known here.
   */
  Mono<Void> takeKnown(ServerWebExchange exchange, Optional<Caller> lastKnown, RouteClass routes) {
    return Mono.justOrEmpty(lastKnown).flatMap(it -> take(exchange, it, routes));
  }

  private static Mono<Void> held(ServerWebExchange exchange, Mono<Allowance> taken) {
    return taken.flatMap(allowance -> {
      var headers = exchange.getResponse().getHeaders();
      headers.set(LIMIT, String.valueOf(allowance.limit()));
      headers.set(REMAINING, String.valueOf(allowance.remaining()));
      headers.set(RESET, String.valueOf(seconds(allowance.untilFull())));
      if (allowance.granted()) {
        return Mono.empty();
      }
      long wait = Math.max(1, seconds(allowance.retryAfter()));
      headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(wait));
      return Mono.error(new SelfRagException(ErrorCode.RATE_LIMIT_EXCEEDED,
          "more requests than the " + allowance.limit() + " that are allowed; try again in " + wait + " s"));
    });
  }

  /** Rounded up: who waits as long as it says is let through. */
  private static long seconds(Duration time) {
    return Math.ceilDiv(time.toNanos(), TimeUnit.SECONDS.toNanos(1));
  }
}
