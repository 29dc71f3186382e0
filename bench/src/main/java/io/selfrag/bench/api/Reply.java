package io.selfrag.bench.api;

import tools.jackson.databind.JsonNode;

/**
 * An answer.
 *
 * @param status 0 if the connection failed: whether the call had an effect is not known then
 * @param body what came, an empty object if it was not JSON
 */
public record Reply(int status, JsonNode body) {
  /** True if the system says that it did it. */
  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** True if the same call may succeed later. */
  public boolean isTransient() {
    return status == 0 || status == 429 || status == 503;
  }

  /** True if the call may have had its effect although it did not succeed. */
  public boolean isUncertain() {
    return status == 0 || status >= 500;
  }

  /** The problem's code, or nothing. */
  public String code() {
    return body.path("code").asString("");
  }

  /** This answer, if it is a success. */
  public Reply orThrow() {
    if (!isSuccess()) {
      throw new IllegalStateException("the system answered " + status + " " + body);
    }
    return this;
  }
}
