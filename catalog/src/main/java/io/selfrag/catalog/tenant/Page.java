package io.selfrag.catalog.tenant;

import java.util.List;

/**
 * A part of a list, newest first.
 *
 * @param total how many there are in all
 */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }
}
