package io.selfrag.service.http;

import io.selfrag.service.trace.TraceContext;
import java.util.Map;
import java.util.Objects;
import org.springframework.core.MethodParameter;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Gives routes their {@link Caller}, {@link Operator}, {@link StillAllowed} and {@link TraceContext} as arguments. */
final class RequestArguments implements HandlerMethodArgumentResolver {
  private static final Map<Class<?>, String> ATTRIBUTES = Map.of(Caller.class, Caller.ATTRIBUTE, TraceContext.class,
      TraceContext.CONTEXT_KEY, StillAllowed.class, AccessFilter.STILL_ALLOWED,
      Operator.class, Operator.ATTRIBUTE);

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return ATTRIBUTES.containsKey(parameter.getParameterType());
  }

  @Override
  public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
    return Mono
        .just(exchange.getRequiredAttribute(Objects.requireNonNull(ATTRIBUTES.get(parameter.getParameterType()))));
  }
}
