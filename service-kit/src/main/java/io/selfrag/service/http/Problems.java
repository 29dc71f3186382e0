package io.selfrag.service.http;

import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers every failure as a problem; what was not foreseen is logged and says nothing of itself to the caller. */
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  /** Attribute of the exchange: the code of the problem that was answered. */
  static final String CODE = "selfrag.problem-code";
  /** Attribute of the exchange: ids that the problem says do not exist, beside those of the path. */
  static final String MISSING = "selfrag.problem-missing";
  private static final List<String> OPENAI_ROUTES = List.of("/v1/chat/completions", "/v1/embeddings", "/v1/models");

  private final JsonMapper json;

  Problems(JsonMapper json) {
    this.json = json;
  }

  /** Writes the answer, or passes the failure on if an answer was already begun. */
  Mono<Void> write(ServerWebExchange exchange, Throwable failure) {
    var response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(failure);
    }
    if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
      log.atDebug().addKeyValue("request_id", exchange.<String>getAttribute(RequestFilter.REQUEST_ID)).setCause(failure)
          .log("caller went away");
      return Mono.error(failure);
    }
    var problem = problem(exchange, failure);
    exchange.getAttributes().put(CODE, problem.code());
    if (failure instanceof SelfRagException it && !it.missing().isEmpty()) {
      exchange.getAttributes().put(MISSING, it.missing());
    }
    response.setRawStatusCode(problem.status());
    var headers = response.getHeaders();
    headers.remove(HttpHeaders.CONTENT_LENGTH);
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (problem.status() == 401) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE,
          problem.code() == ErrorCode.MISSING_ADMIN_TOKEN ? "AdminToken" : "Bearer realm=\"selfrag\"");
    }
    if ((problem.status() == 429 || problem.status() == 503) && headers.getFirst(HttpHeaders.RETRY_AFTER) == null) {
      headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(pause(failure).plusMillis(999).toSeconds()));
    }
    if (failure instanceof MethodNotAllowedException it) {
      headers.setAllow(it.getSupportedMethods());
    }
    var bytes = json.writeValueAsBytes(problem);
    return HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
        ? response.setComplete()
        : response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
  }

  /** At least a second. */
  private static Duration pause(Throwable failure) {
    var second = Duration.ofSeconds(1);
    var asked = failure instanceof SelfRagException it ? it.retryAfter().orElse(second) : second;
    return asked.compareTo(second) < 0 ? second : asked;
  }

  private Problem problem(ServerWebExchange exchange, Throwable failure) {
    var path = exchange.getRequest().getPath().value();
    var requestId = exchange.<String>getAttribute(RequestFilter.REQUEST_ID);
    boolean openAi = OPENAI_ROUTES.stream().anyMatch(path::startsWith);
    var translated = StoreFailures.translate(failure);
    if (translated instanceof SelfRagException it) {
      if (it.code() == ErrorCode.INTERNAL_ERROR) {
        return internal(exchange, it, requestId, openAi);
      }
      // Who sends too much is told so, and must not fill the log.
      if (it.isTransient() && it.code() != ErrorCode.RATE_LIMIT_EXCEEDED) {
        log.atWarn().addKeyValue("request_id", requestId).addKeyValue("code", it.code()).setCause(it)
            .log("request failed because something is away");
      }
      var errors = it.code() == ErrorCode.VALIDATION_ERROR
          ? List.of(new FieldProblem(List.of("body"), it.detail(), "value_error"))
          : null;
      return Problem.of(it.code(), it.detail(), requestId, errors, openAi);
    }
    if (exceedsLimit(failure)) {
      return Problem.of(ErrorCode.PAYLOAD_TOO_LARGE, "the request is larger than this route takes", requestId, null,
          openAi);
    }
    var invalid = RequestErrors.of(failure);
    if (invalid != null) {
      return Problem.of(ErrorCode.VALIDATION_ERROR, invalid.isEmpty() ? "the request is not valid" : summary(invalid),
          requestId, invalid, openAi);
    }
    if (failure instanceof ResponseStatusException it) {
      var code = codeOf(it.getStatusCode());
      if (code != null) {
        return Problem.of(code, detailOf(code, exchange), requestId, null, openAi);
      }
    }
    return internal(exchange, failure, requestId, openAi);
  }

  private static Problem internal(ServerWebExchange exchange, Throwable failure, @Nullable String requestId,
      boolean openAi) {
    log.atError().addKeyValue("request_id", requestId).addKeyValue("path", exchange.getRequest().getPath().value())
        .setCause(failure).log("request failed unexpectedly");
    return Problem.of(ErrorCode.INTERNAL_ERROR, "an unexpected error occurred; the request id finds it in the logs",
        requestId, null, openAi);
  }

  private static boolean exceedsLimit(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataBufferLimitException) {
        return true;
      }
      if (!(cause instanceof ResponseStatusException) && !(cause instanceof DecodingException)) {
        return false;
      }
    }
    return false;
  }

  private static String summary(List<FieldProblem> problems) {
    var first = problems.getFirst();
    var where = String.join(".", first.loc().stream().map(Object::toString).toList());
    return where + ": " + first.msg() + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : "");
  }

  private static @Nullable ErrorCode codeOf(HttpStatusCode status) {
    return switch (status.value()) {
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      default -> status.is4xxClientError() ? ErrorCode.INVALID_REQUEST : null;
    };
  }

  private static String detailOf(ErrorCode code, ServerWebExchange exchange) {
    var request = exchange.getRequest();
    return switch (code) {
      case NOT_FOUND -> "there is nothing at this path";
      case METHOD_NOT_ALLOWED -> request.getMethod() + " is not possible at this path";
      case PAYLOAD_TOO_LARGE -> "the request is larger than this route takes";
      case UNSUPPORTED_MEDIA_TYPE -> "this route does not take the Content-Type that was sent";
      default -> "the request cannot be understood, or no acceptable answer can be made";
    };
  }
}
