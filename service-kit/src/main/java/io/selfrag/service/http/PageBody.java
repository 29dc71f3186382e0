package io.selfrag.service.http;

import java.util.List;

/** A part of a list as it is answered. */
public record PageBody<T>(List<T> items, long total, int page, int pageSize, long pages) {
  /** Largest page, as the constraint on {@code page_size} has it. */
  public static final int MAX_SIZE = 100;

  public PageBody {
    items = List.copyOf(items);
  }

  public static <T> PageBody<T> of(List<T> items, long total, int page, int pageSize) {
    return new PageBody<>(items, total, page, pageSize, (total + pageSize - 1) / pageSize);
  }
}
