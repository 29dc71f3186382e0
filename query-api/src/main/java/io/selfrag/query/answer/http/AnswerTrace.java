package io.selfrag.query.answer.http;

import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.Reflection;
import io.selfrag.service.trace.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** Writes each verdict on an answer into the log under the ids of its trace, at debug. What was said or asked is not in it. */
final class AnswerTrace {
  private static final Logger log = LoggerFactory.getLogger(AnswerTrace.class);

  private AnswerTrace() {}

  static Flux<AnswerEvent> traced(Flux<AnswerEvent> events) {
    return log.isDebugEnabled()
        ? Flux.deferContextual(context -> {
          TraceContext trace = context.<TraceContext>getOrEmpty(TraceContext.CONTEXT_KEY)
              .orElseGet(() -> new TraceContext(null, null));
          return events.doOnNext(event -> {
            if (event instanceof AnswerEvent.Done done) {
              done.reflections().forEach(it -> write(trace, it));
            }
          });
        })
        : events;
  }

  private static void write(TraceContext trace, Reflection verdict) {
    var line = trace.on(log.atDebug()).addKeyValue("step", verdict.step()).addKeyValue("verdict", verdict.verdict());
    (verdict.score() == null ? line : line.addKeyValue("score", verdict.score())).log("answer reflected");
  }
}
