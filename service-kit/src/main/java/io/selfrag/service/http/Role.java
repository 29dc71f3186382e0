package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Locale;

/** What a key may do; each role includes those before it. */
public enum Role {
  READ, WRITE, ADMIN;

  /** As it is written on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Role of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /**
   * @throws SelfRagException {@code ROLE_NOT_ALLOWED} unless this role includes the needed one
   */
  public void require(Role needed) {
    if (!includes(needed)) {
      throw new SelfRagException(ErrorCode.ROLE_NOT_ALLOWED,
          "this needs a key with role " + needed.wireName() + "; this key has role " + wireName());
    }
  }
}
