package io.selfrag.catalog.intake;

import java.util.List;

/** One page of a list, and how long the whole is. */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }
}
