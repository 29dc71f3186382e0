package io.selfrag.service.trace;

import java.util.Map;

/** A piece of work with a beginning and an end; for one thread at a time. Ends once, with {@link #close()}. */
public interface Span extends AutoCloseable {
  /** What work that follows from this one is to carry: the same trace, with this span as the parent. */
  TraceContext context();

  /** Names it anew, where the name is only known at the end. */
  Span named(String name);

  /** Says something about it: ids and closed sets alone, never texts. */
  Span with(String key, String value);

  /** Says something about it. */
  Span with(String key, long value);

  /**
   * Says that something happened in it just now.
   *
   * @param about ids, closed sets and numbers, never texts
   */
  Span happened(String name, Map<String, Object> about);

  /** Marks it as failed. */
  Span failed(String reason);

  @Override
  void close();
}
