package io.selfrag.service.trace;

/** Begins spans, and sends those that have ended to where traces are looked at, if anywhere. Safe for concurrent callers. */
public interface Spans extends AutoCloseable {
  /** Records and sends nothing: what follows carries what came. */
  Spans OFF = new Spans() {
    @Override
    public boolean isOn() {
      return false;
    }

    @Override
    public Span begin(String name, SpanRole role, TraceContext parent) {
      return new SilentSpan(parent);
    }

    @Override
    public void close() {
      // nothing waits to be sent
    }
  };

  /** False where spans go nowhere, so that nothing need be done for them. */
  default boolean isOn() {
    return true;
  }

  /**
   * Begins a span.
   *
   * @param parent whose trace it belongs to, and whether it is recorded; without a trace one begins here
   */
  Span begin(String name, SpanRole role, TraceContext parent);

  /** Sends what has ended, within seconds; what cannot be sent then is dropped. */
  @Override
  void close();
}
