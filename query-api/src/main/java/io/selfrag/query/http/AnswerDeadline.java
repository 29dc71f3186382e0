package io.selfrag.query.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Ends requests of this service's routes that take too long, such as with a database that keeps its connections open and does not
 * answer. Routes of other services in the same context, some of which stream for hours, are not its business.
 */
public final class AnswerDeadline implements WebFilter, Ordered {
  private static final String OURS = "io.selfrag.query.";

  private final Duration limit;

  public AnswerDeadline(Duration limit) {
    this.limit = limit;
  }

  @Override
  public int getOrder() {
    // Behind the filter that finds the route.
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return isOurs(exchange)
        ? chain.filter(exchange).timeout(limit).onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the answer took too long; it may still be done", e))
        : chain.filter(exchange);
  }

  private static boolean isOurs(ServerWebExchange exchange) {
    return exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod route
        && route.getBeanType().getName().startsWith(OURS);
  }
}
