package io.selfrag.query.answer.http;

import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.Reflection;
import io.selfrag.service.trace.Span;
import java.util.HashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each verdict on an answer, with its score, into the answer's span as it is reached, and into the log at debug under the ids
 * of its trace. What was said or asked is in neither.
 */
final class AnswerTrace implements Consumer<Reflection> {
  private static final Logger log = LoggerFactory.getLogger(AnswerTrace.class);

  private final Span span;

  AnswerTrace(Span span) {
    this.span = span;
  }

  @Override
  public void accept(Reflection verdict) {
    var about = new HashMap<String, Object>();
    about.put("step", verdict.step());
    about.put("verdict", verdict.verdict());
    var line = span.context().on(log.atDebug()).addKeyValue("step", verdict.step())
        .addKeyValue("verdict", verdict.verdict());
    if (verdict.score() != null) {
      about.put("score", verdict.score());
      line = line.addKeyValue("score", verdict.score());
    }
    span.happened("reflection", about);
    line.log("answer reflected");
  }

  /** Notes the end of the answer. */
  void end(AnswerEvent event) {
    if (event instanceof AnswerEvent.Done done) {
      span.with("grounded", Boolean.toString(done.grounded())).with("tokens.prompt", done.usage().promptTokens())
          .with("tokens.completion", done.usage().completionTokens());
    }
  }
}
