package io.selfrag.catalog.isolation;

import java.util.Locale;

/** Where points of a tenant can be. */
public enum Place {
  /** In the collections that tenants share, apart by a filter. */
  PARTITION,
  /** In collections of the tenant's own. */
  COLLECTION;

  /** As it is written in rows and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The opposite of {@link #wireName}. */
  public static Place of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  /** There are two. */
  public Place other() {
    return this == PARTITION ? COLLECTION : PARTITION;
  }
}
