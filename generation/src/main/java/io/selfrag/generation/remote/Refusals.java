package io.selfrag.generation.remote;

import io.selfrag.generation.remote.ModelFailure.Kind;
import io.selfrag.schemas.ErrorCode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides what a server's refusal means. */
final class Refusals {
  private static final Pattern TOO_LONG = Pattern.compile(
      "context.{0,20}(length|window)|maximum.{0,20}(context|tokens|length)|too (long|large|many tokens)|exceeds?.{0,40}(context|tokens|limit)");
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final String model;

  Refusals(String model) {
    this.model = model;
  }

  ModelFailure of(int status, String body, HttpHeaders headers) {
    if (status == 413 || (status < 500 && status != 429 && isTooLong(body))) {
      return new ModelFailure(ErrorCode.PAYLOAD_TOO_LARGE, Kind.PROMPT, model + " cannot read so much text", null,
          null);
    }
    return switch (status) {
      case 400, 422 -> new ModelFailure(ErrorCode.INVALID_REQUEST, Kind.PROMPT,
          model + " refused the prompt (HTTP " + status + ")", null, null);
      case 404 -> misconfigured("is not on the server: pull it, or correct its name or the base URL (HTTP 404)");
      case 401, 403 -> misconfigured("refused our API key (HTTP " + status + ")");
      default -> new ModelFailure(ErrorCode.MODEL_UNAVAILABLE,
          status == 408 || status == 425 || status == 429 || status >= 500 ? Kind.PASSING : Kind.MISCONFIGURED,
          model + " answered HTTP " + status, null, pause(headers));
    };
  }

  /** An error that the server reports within an answer that began well. */
  ModelFailure within(String error) {
    return isTooLong(error)
        ? new ModelFailure(ErrorCode.PAYLOAD_TOO_LARGE, Kind.PROMPT, model + " cannot read so much text", null, null)
        : ModelFailure.passing(model + " gave up in the middle of its answer", null);
  }

  private static boolean isTooLong(String text) {
    return TOO_LONG.matcher(text.toLowerCase(Locale.ROOT)).find();
  }

  private ModelFailure misconfigured(String how) {
    return new ModelFailure(ErrorCode.MODEL_UNAVAILABLE, Kind.MISCONFIGURED, model + " " + how, null, null);
  }

  /** Seconds; a date is not worth waiting for while somebody waits for an answer. */
  private static @Nullable Duration pause(HttpHeaders headers) {
    var seconds = headers.firstValue("Retry-After").filter(it -> it.matches("\\d{1,9}"));
    return seconds.map(it -> Duration.ofSeconds(Math.min(Long.parseLong(it), LONGEST_PAUSE.toSeconds()))).orElse(null);
  }
}
