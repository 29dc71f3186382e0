package io.selfrag.service.http;

import io.selfrag.service.trace.TraceContext;
import org.springframework.core.MethodParameter;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Gives routes their {@link Caller} and {@link TraceContext} as arguments. */
final class RequestArguments implements HandlerMethodArgumentResolver {
  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Caller.class || parameter.getParameterType() == TraceContext.class;
  }

  @Override
  public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
    return Mono.just(exchange.getRequiredAttribute(
        parameter.getParameterType() == Caller.class ? Caller.ATTRIBUTE : TraceContext.CONTEXT_KEY));
  }
}
