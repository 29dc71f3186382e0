package io.selfrag.service.limits;

import java.util.Locale;

/** Routes that are limited together. */
public enum RouteClass {
  /** A tenant's routes. */
  DEFAULT,
  /** A tenant's routes that need no more than the role read; one with {@link #DEFAULT} unless a rate is set for it. */
  READ,
  /** An operator's routes. */
  ADMIN;

  /** As it is written in settings. */
  String settingName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
