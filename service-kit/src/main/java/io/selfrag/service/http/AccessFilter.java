package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.limits.RouteClass;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * Lets a request through to its route, in the fixed order of checks: authentication, tenant active, rate limit, role; and only then is
 * the body read, no further than the route allows, and into memory only while there is room for it.
 */
final class AccessFilter implements WebFilter, Ordered {
  static final String STILL_ALLOWED = "selfrag.still-allowed";
  /** Attribute of the exchange: whose key was shown, also if it is refused. */
  static final String KNOWN_CALLER = "selfrag.known-caller";

  private static final String TENANT_ROUTES = "/v1/";
  private static final String OPERATOR_ROUTES = "/admin/";
  private static final String BEARER = "bearer ";
  private static final long MB = 1024 * 1024;

  private final RequestMappingHandlerMapping routes;
  private final CallerDirectory callers;
  private final OperatorDirectory operators;
  private final RouteLimits limits;
  private final HttpSettings settings;
  private final BodyMemory memory;
  private final ClientAddress addresses;
  private final Strangers strangers;

  AccessFilter(RequestMappingHandlerMapping routes, CallerDirectory callers, OperatorDirectory operators,
      RouteLimits limits, HttpSettings settings, ClientAddress addresses, Strangers strangers) {
    this.routes = routes;
    this.callers = callers;
    this.operators = operators;
    this.limits = limits;
    this.settings = settings;
    this.addresses = addresses;
    this.strangers = strangers;
    this.memory = new BodyMemory(settings.bodyMemoryBytes());
  }

  @Override
  public int getOrder() {
    return RequestFilter.ORDER + 10;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    var path = asMatched(exchange);
    if (path.startsWith(OPERATOR_ROUTES)) {
      var token = exchange.getRequest().getHeaders().getFirst(OperatorDirectory.HEADER);
      return strangers.token(addresses.of(exchange.getRequest()), token, operators.authenticate(token))
          .flatMap(operator -> {
            exchange.getAttributes().put(Operator.ATTRIBUTE, operator);
            return limits.take(exchange, operator.credentialId());
          }).then(route(exchange)).flatMap(route -> bounded(exchange, route, chain));
    }
    if (path.startsWith(TENANT_ROUTES)) {
      // Which route it is decides which limit holds; that there is none is said after who calls was asked.
      return route(exchange).materialize().flatMap(found -> ofTenant(exchange, found, chain));
    }
    return buffered(exchange, settings.maxBodyMb() * MB, chain);
  }

  private Mono<Void> ofTenant(ServerWebExchange exchange, Signal<HandlerMethod> found, WebFilterChain chain) {
    var route = found.get();
    var routes = route != null && roleOf(route) == Role.READ ? RouteClass.READ : RouteClass.DEFAULT;
    var authenticated = authenticate(exchange);
    var known = bearer(exchange).flatMap(callers::lastAllowed);
    var admitted = authenticated.onErrorResume(AccessFilter::isOfDisabledTenant,
        refusal -> limits.takeKnown(exchange, Optional.ofNullable(exchange.getAttribute(KNOWN_CALLER)), routes)
            .then(Mono.error(refusal)));
    return limits.takeKnown(exchange, known, routes).then(admitted).flatMap(caller -> {
      exchange.getAttributes().put(Caller.ATTRIBUTE, caller);
      exchange.getAttributes().put(STILL_ALLOWED, new StillAllowed(authenticated.then()));
      return known.filter(caller::isLimitedAs).isPresent() ? Mono.empty() : limits.take(exchange, caller, routes);
    }).then(Mono.just(found).<HandlerMethod>dematerialize()).flatMap(it -> {
      exchange.<Caller>getRequiredAttribute(Caller.ATTRIBUTE).requireRole(roleOf(it));
      return bounded(exchange, it, chain);
    });
  }

  /** Its keys are known and refused as often as they are shown, each time with a record: their limits hold all the same. */
  private static boolean isOfDisabledTenant(Throwable failure) {
    return failure instanceof SelfRagException it && it.code() == ErrorCode.TENANT_DISABLED;
  }

  /**
   * The path as routes are matched with it, each segment decoded: what is spelled otherwise must not come past the checks. Path
   * parameters are refused, because the rest of their segment alone would be taken for a name.
   */
  private static String asMatched(ServerWebExchange exchange) {
    var path = new StringBuilder();
    for (var element : exchange.getRequest().getPath().pathWithinApplication().elements()) {
      if (element.value().indexOf(';') >= 0) {
        throw new ValidationException("path", element.value(), "must have its semicolon percent-encoded",
            "value_error");
      }
      path.append(element instanceof PathSegment segment ? segment.valueToMatch() : element.value());
    }
    return path.toString();
  }

  private Mono<Caller> authenticate(ServerWebExchange exchange) {
    return Mono.defer(() -> {
      var secret = bearer(exchange).orElseThrow(() -> new SelfRagException(ErrorCode.UNAUTHORIZED,
          "this route needs a header Authorization: Bearer kb_sk_…"));
      return strangers.key(addresses.of(exchange.getRequest()), secret, Mono.defer(() -> callers.authenticate(secret,
          caller -> exchange.getAttributes().put(KNOWN_CALLER, caller))));
    });
  }

  private static Optional<String> bearer(ServerWebExchange exchange) {
    return Optional.ofNullable(exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(BEARER))
        .map(it -> it.substring(BEARER.length()).strip());
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

  private Mono<Void> bounded(ServerWebExchange exchange, HandlerMethod route, WebFilterChain chain) {
    var large = largeBody(route);
    if (large == null) {
      return buffered(exchange, settings.maxBodyMb() * MB, chain);
    }
    return switch (large.value()) {
      case IN_MEMORY -> buffered(exchange, settings.maxRequestSizeMb() * MB, chain);
      case STREAMED -> chain.filter(BodyLimit.bound(exchange, settings.maxRequestSizeMb() * MB, bytes -> {}));
      case ENDLESS -> chain.filter(exchange);
    };
  }

  /** With a body that ends up in memory, which it may until the request is answered. */
  private Mono<Void> buffered(ServerWebExchange exchange, long maxBytes, WebFilterChain chain) {
    return Mono.using(memory::lease, lease -> chain.filter(BodyLimit.bound(exchange, maxBytes, lease::take)),
        BodyMemory.Lease::close);
  }

  private static @Nullable LargeBody largeBody(HandlerMethod route) {
    var onMethod = route.getMethodAnnotation(LargeBody.class);
    return onMethod != null ? onMethod : route.getBeanType().getAnnotation(LargeBody.class);
  }
}
