package io.selfrag.embedding.remote;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Decides what a server's refusal means. What an operator must mend (no such model, a wrong key) is transient, because the
 * document is not at fault and must wait; only what the text itself causes is permanent. Details name the model and
 * the status and never quote the answer, which may hold the text.
 */
final class Refusals {
  private static final Pattern TOO_LONG = Pattern.compile(
      "context.{0,20}length|input.{0,20}length|maximum.{0,20}(context|tokens|length)|too (long|large|many tokens)|exceeds?.{0,40}(context|tokens|length|limit)");
  private static final Pattern NOT_A_NUMBER = Pattern.compile("unsupported value: [+-]?(nan|inf)");
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final String model;

  Refusals(String model) {
    this.model = model;
  }

  SelfRagException of(int status, String body, HttpHeaders headers) {
    String answer = body.toLowerCase(Locale.ROOT);
    if (status == 413 || (status < 500 && status != 429 && TOO_LONG.matcher(answer).find())) {
      return new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE, model + " refused a text as too long");
    }
    if (NOT_A_NUMBER.matcher(answer).find()) { // Ollama cannot write NaN as JSON and answers 500, for ever
      return new SelfRagException(ErrorCode.INVALID_VECTOR, model + " made a vector with NaN or infinity");
    }
    return switch (status) {
      case 400, 422 ->
        new SelfRagException(ErrorCode.VALIDATION_ERROR, model + " refused the text (HTTP " + status + ")");
      case 404 -> unavailable("is not on the server: pull it, or correct its name or the base URL (HTTP 404)", null);
      case 401, 403 -> unavailable("refused our API key (HTTP " + status + ")", null);
      default -> unavailable("answered HTTP " + status, pause(headers));
    };
  }

  SelfRagException unreachable(IOException cause) {
    String how = cause instanceof HttpTimeoutException ? "did not answer in time" : "cannot be reached";
    return new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, model + " " + how, cause);
  }

  private SelfRagException unavailable(String how, @Nullable Duration retryAfter) {
    return new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, model + " " + how, null, retryAfter);
  }

  /** Seconds, or a date that counts from the answer's own, as RFC 9110 has it; what is neither counts as none. */
  private static @Nullable Duration pause(HttpHeaders headers) {
    String retryAfter = headers.firstValue("Retry-After").orElse("");
    Duration pause;
    try {
      pause = retryAfter.matches("\\d{1,9}")
          ? Duration.ofSeconds(Long.parseLong(retryAfter))
          : Duration.between(date(headers.firstValue("Date").orElse("")), date(retryAfter));
    } catch (DateTimeException e) {
      return null;
    }
    return pause.isNegative() ? Duration.ZERO : pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private static ZonedDateTime date(String header) {
    return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
