package io.selfrag.schemas;

import java.util.Locale;

/** Interactive work is served first at every stage; bulk work keeps a share (S20). */
public enum Lane {
  INTERACTIVE, BULK;

  /** Lower-case name: metric tags, columns, event fields. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The lane of that wire name. */
  public static Lane of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
