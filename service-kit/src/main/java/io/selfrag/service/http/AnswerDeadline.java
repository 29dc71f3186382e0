package io.selfrag.service.http;

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
 * Ends requests of a service's routes that take too long, such as with a database that keeps its connections open and does not
 * answer; all but those of {@link LongAnswer}. Routes of other services in the same context are not its business.
 */
public final class AnswerDeadline implements WebFilter, Ordered {
  private final String routes;
  private final Duration limit;

  /**
   * @param routes package of the service; its routes are below
   */
  public AnswerDeadline(Package routes, Duration limit) {
    this.routes = routes.getName() + ".";
    this.limit = limit;
  }

  @Override
  public int getOrder() {
    // Behind the filter that finds the route.
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return isTimed(exchange)
        ? chain.filter(exchange).timeout(limit).onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the answer took too long; it may still be done", e))
        : chain.filter(exchange);
  }

  private boolean isTimed(ServerWebExchange exchange) {
    return exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod route
        && route.getBeanType().getName().startsWith(routes) && !route.hasMethodAnnotation(LongAnswer.class);
  }
}
