package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks the operator's credential, {@code X-Admin-Token}. */
public final class OperatorToken {
  /** Name of the request's header. */
  public static final String HEADER = "X-Admin-Token";
  /** Stands for the token of the environment where a credential's id is wanted. */
  public static final UUID CREDENTIAL_ID = new UUID(0x5e1f4a60_0000_8000L, 0x8000_0000_0000_0001L);

  private final byte @Nullable [] expected;

  /**
   * @param token null: nobody is the operator
   */
  public OperatorToken(@Nullable String token) {
    this.expected = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws SelfRagException {@code MISSING_ADMIN_TOKEN} or {@code INVALID_ADMIN_TOKEN}
   */
  void check(@Nullable String given) {
    if (given == null || given.isBlank()) {
      throw new SelfRagException(ErrorCode.MISSING_ADMIN_TOKEN, "this route needs the operator's " + HEADER);
    }
    if (expected == null || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
      throw new SelfRagException(ErrorCode.INVALID_ADMIN_TOKEN, "this operator token is not valid");
    }
  }
}
