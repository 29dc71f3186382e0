package io.selfrag.query.answer.http;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.AnswerQuestion;
import io.selfrag.generation.reflect.Question;
import io.selfrag.generation.settings.ChatModels;
import io.selfrag.query.answer.FoundPassages;
import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.http.Searches;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TracedWork;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Answers questions of callers, from what they may read. */
public final class AnswerQuestions {
  private final Searches searches;
  private final ChatModels models;
  private final AnswerQuestion answering;
  private final AnswerMetrics metrics;
  private final Spans spans;

  public AnswerQuestions(Searches searches, ChatModels models, AnswerQuestion answering, AnswerMetrics metrics,
      Spans spans) {
    this.spans = spans;
    this.searches = searches;
    this.models = models;
    this.answering = answering;
    this.metrics = metrics;
  }

  /**
   * An answer whose search is done, so that what may still fail is the model.
   *
   * @param events to be subscribed to once
   * @param passages what was found, by chunk
   */
  record Begun(ChatModel model, Flux<AnswerEvent> events, FoundPassages passages) {}

  /** Searches, and begins an answer. */
  Mono<Begun> fromKnowledge(Retrieval.Request request, Question question, Mono<ChatModel> model) {
    return model.flatMap(it -> TracedWork.<Begun, AnswerEvent>inTwoSteps(spans, "answer", (span, traced) -> {
      var passages = new FoundPassages(query -> searches.run(request.withQuery(query)));
      var trace = new AnswerTrace(span.with("model", it.id().model()));
      return answering.begin(question, passages, it, trace).map(
          events -> new Begun(it, metrics.timed(traced.apply(events.doOnNext(trace::end))), passages));
    }));
  }

  /** Begins an answer that rests on no passages; for a language model alone. */
  Mono<Begun> fromTheModelAlone(Question question, Mono<ChatModel> model) {
    return model.flatMap(it -> TracedWork.<Begun, AnswerEvent>inTwoSteps(spans, "answer", (span, traced) -> {
      if (!it.writes()) {
        throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE,
            "there is no language model here to talk to; name knowledge_base_ids for an answer from passages");
      }
      var trace = new AnswerTrace(span.with("model", it.id().model()));
      return Mono.just(new Begun(it, metrics.timed(traced.apply(answering.converse(question, it).doOnNext(trace::end))),
          new FoundPassages(_ -> Mono.error(new IllegalStateException("nothing is searched")))));
    }));
  }

  /** The model that a caller asks for, or the one that answers now; finding out blocks, so it has a thread of its own. */
  Mono<ChatModel> model(@Nullable String provider, @Nullable String name) {
    return Mono.fromCallable(() -> models.choose(provider, name)).subscribeOn(Schedulers.boundedElastic());
  }

  /** The same by OpenAI's habit: a name that is none of ours means the usual one. */
  Mono<ChatModel> modelNamed(@Nullable String name) {
    return Mono.fromCallable(() -> models.offered().stream().anyMatch(it -> it.model().equals(name))
        ? models.choose(null, name)
        : models.choose()).subscribeOn(Schedulers.boundedElastic());
  }
}
