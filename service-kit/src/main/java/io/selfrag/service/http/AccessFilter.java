package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets a request through to its route, in the fixed order of checks: authentication, tenant active, role; and only then is the
 * body read, no further than the route allows.
 */
final class AccessFilter implements WebFilter, Ordered {
  private static final String TENANT_ROUTES = "/v1/";
  private static final String OPERATOR_ROUTES = "/admin/";
  private static final String BEARER = "bearer ";
  private static final long MB = 1024 * 1024;

  private final RequestMappingHandlerMapping routes;
  private final CallerDirectory callers;
  private final OperatorToken operator;
  private final HttpSettings settings;

  AccessFilter(RequestMappingHandlerMapping routes, CallerDirectory callers, OperatorToken operator,
      HttpSettings settings) {
    this.routes = routes;
    this.callers = callers;
    this.operator = operator;
    this.settings = settings;
  }

  @Override
  public int getOrder() {
    return RequestFilter.ORDER + 10;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    var path = exchange.getRequest().getPath().value();
    if (path.startsWith(OPERATOR_ROUTES)) {
      operator.check(exchange.getRequest().getHeaders().getFirst(OperatorToken.HEADER));
      return route(exchange).flatMap(route -> chain.filter(bounded(exchange, route)));
    }
    if (path.startsWith(TENANT_ROUTES)) {
      return authenticate(exchange).flatMap(caller -> {
        exchange.getAttributes().put(Caller.ATTRIBUTE, caller);
        return route(exchange).flatMap(route -> {
          caller.requireRole(roleOf(route));
          return chain.filter(bounded(exchange, route));
        });
      });
    }
    return chain.filter(BodyLimit.bound(exchange, settings.maxBodyMb() * MB));
  }

  private Mono<Caller> authenticate(ServerWebExchange exchange) {
    var header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Mono.error(
          new SelfRagException(ErrorCode.UNAUTHORIZED, "this route needs a header Authorization: Bearer kb_sk_…"));
    }
    return callers.authenticate(header.substring(BEARER.length()).strip());
  }

  /** The route, or the failure that there is none. */
  private Mono<HandlerMethod> route(ServerWebExchange exchange) {
    // Looking it up leaves attributes on the exchange, as it does when the dispatcher does so again.
    return routes.getHandler(exchange).ofType(HandlerMethod.class)
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.NOT_FOUND, "there is nothing at this path")));
  }

  /** The role that the route asks for; the most, should it say nothing. */
  static Role roleOf(HandlerMethod route) {
    var stated = stated(route);
    return stated == null ? Role.ADMIN : stated.value();
  }

  static boolean statesRole(HandlerMethod route) {
    return stated(route) != null;
  }

  private static @Nullable RequiresRole stated(HandlerMethod route) {
    var onMethod = route.getMethodAnnotation(RequiresRole.class);
    return onMethod != null ? onMethod : route.getBeanType().getAnnotation(RequiresRole.class);
  }

  private ServerWebExchange bounded(ServerWebExchange exchange, HandlerMethod route) {
    var large = largeBody(route);
    if (large == null) {
      return BodyLimit.bound(exchange, settings.maxBodyMb() * MB);
    }
    return large.unbounded() ? exchange : BodyLimit.bound(exchange, settings.maxRequestSizeMb() * MB);
  }

  private static @Nullable LargeBody largeBody(HandlerMethod route) {
    var onMethod = route.getMethodAnnotation(LargeBody.class);
    return onMethod != null ? onMethod : route.getBeanType().getAnnotation(LargeBody.class);
  }
}
