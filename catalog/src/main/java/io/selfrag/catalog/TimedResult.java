package io.selfrag.catalog;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A result that fails if the server has not begun to answer in time. The driver hands out the result of a statement with
 * parameters before it has heard anything of it, so a limit on the statement alone would never be met.
 */
final class TimedResult implements Result {
  private final Result result;
  private final Mono<?> limit;

  /**
   * @param limit ends when the answer must have begun, reckoned from the subscription
   */
  TimedResult(Result result, Mono<?> limit) {
    this.result = result;
    this.limit = limit;
  }

  @Override
  public Publisher<Long> getRowsUpdated() {
    return timed(result.getRowsUpdated());
  }

  @Override
  public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
    return timed(result.map(mapping));
  }

  @Override
  public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
    return timed(result.map(mapping));
  }

  @Override
  public Result filter(Predicate<Segment> filter) {
    return new TimedResult(result.filter(filter), limit);
  }

  @Override
  public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
    return timed(result.flatMap(mapping));
  }

  private <T> Flux<T> timed(Publisher<T> answer) {
    return Flux.from(answer).timeout(limit);
  }
}
