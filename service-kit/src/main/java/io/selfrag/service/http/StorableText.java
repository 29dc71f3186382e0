package io.selfrag.service.http;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Text that can be kept: PostgreSQL has no NUL, and UTF-8 no lone surrogates. */
public final class StorableText {
  private StorableText() {}

  /** Whether all text in this value, in lists and in maps, their keys included, can be. */
  public static boolean isAll(@Nullable Object value) {
    return switch (value) {
      case String text -> isOne(text);
      case Map<?, ?> map -> map.entrySet().stream().allMatch(it -> isAll(it.getKey()) && isAll(it.getValue()));
      case Collection<?> list -> list.stream().allMatch(StorableText::isAll);
      case null, default -> true;
    };
  }

  static boolean isOne(String text) {
    return text.codePoints()
        .noneMatch(it -> it == 0 || (it >= Character.MIN_SURROGATE && it <= Character.MAX_SURROGATE));
  }
}
