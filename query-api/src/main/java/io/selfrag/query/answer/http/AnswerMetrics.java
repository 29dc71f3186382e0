package io.selfrag.query.answer.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.selfrag.generation.reflect.AnswerEvent;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/** How long answers take from the search's end, {@code selfrag.answer.duration{outcome}}: grounded, ungrounded, failed or cancelled. */
public final class AnswerMetrics {
  private final MeterRegistry meters;

  public AnswerMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  Flux<AnswerEvent> timed(Flux<AnswerEvent> events) {
    return Flux.defer(() -> {
      var sample = Timer.start(meters);
      var outcome = new AtomicReference<>("ungrounded");
      return events.doOnNext(event -> {
        if (event instanceof AnswerEvent.Done done && done.grounded()) {
          outcome.set("grounded");
        }
      }).doFinally(end -> sample.stop(Timer.builder("selfrag.answer.duration")
          .description("time of an answer after its search").tag("outcome", outcome(end, outcome.get()))
          .register(meters)));
    });
  }

  private static String outcome(SignalType end, String otherwise) {
    return switch (end) {
      case ON_ERROR -> "failed";
      case CANCEL -> "cancelled";
      default -> otherwise;
    };
  }
}
