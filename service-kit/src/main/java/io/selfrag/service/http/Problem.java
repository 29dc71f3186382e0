package io.selfrag.service.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.selfrag.schemas.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as it is answered (RFC 9457).
 *
 * @param code what clients key on
 * @param errors with a VALIDATION_ERROR: what is wrong where
 * @param error OpenAI's form of the same, on its routes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(String type, String title, int status, String detail, ErrorCode code,
    @JsonProperty("request_id") @Nullable String requestId, @Nullable List<FieldProblem> errors,
    @Nullable Map<String, String> error) {
  static Problem of(ErrorCode code, String detail, @Nullable String requestId, @Nullable List<FieldProblem> errors,
      boolean openAi) {
    var name = code.name().toLowerCase(Locale.ROOT);
    var title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('_', ' ');
    return new Problem("urn:selfrag:error:" + name, title, code.httpStatus(), detail, code, requestId, errors,
        openAi ? Map.of("message", detail, "type", openAiType(code), "code", name) : null);
  }

  private static String openAiType(ErrorCode code) {
    return switch (code.httpStatus()) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      case 500, 503 -> "server_error";
      default -> "invalid_request_error";
    };
  }
}
