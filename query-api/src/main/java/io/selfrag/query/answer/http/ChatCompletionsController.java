package io.selfrag.query.answer.http;

import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.query.answer.http.AnswerQuestions.Begun;
import io.selfrag.query.answer.http.ChatCompletion.Choice;
import io.selfrag.query.answer.http.ChatCompletion.Delta;
import io.selfrag.query.answer.http.ChatCompletion.Message;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequestResults;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import jakarta.validation.Valid;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/chat/completions}, as OpenAI's clients send and read it. */
@RestController
public final class ChatCompletionsController {
  private static final String LAST_EVENT = "[DONE]";

  private final AnswerQuestions answers;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  public ChatCompletionsController(AnswerQuestions answers, Supplier<UUID> ids, InstantSource clock) {
    this.answers = answers;
    this.ids = ids;
    this.clock = clock;
  }

  /** What all pieces of an answer say. */
  private record Head(String id, long created, String model) {
    ChatCompletion piece(@Nullable Delta delta, @Nullable String finishReason) {
      return new ChatCompletion(id, "chat.completion.chunk", created, model,
          delta == null ? List.of() : List.of(new Choice(0, null, delta, null, finishReason)), null, null, null, null,
          null);
    }
  }

  @PostMapping("/v1/chat/completions")
  @RequiresRole(Role.READ)
  @LongAnswer
  Mono<ResponseEntity<?>> complete(Caller caller, ServerWebExchange exchange, @Valid @RequestBody ChatBody body) {
    return begin(caller, body).flatMap(begun -> {
      var head = new Head("chatcmpl-" + ids.get(), clock.instant().getEpochSecond(), begun.model().id().model());
      return body.wantsStream()
          ? Mono.just(AnswerStreams.answer(stream(head, begun, body, exchange), ChatCompletionsController::failure))
          : begun.events().collectList().map(events -> {
            var whole = WholeAnswer.of(events);
            RequestResults.count(exchange, whole.sources().size());
            return ResponseEntity.ok(whole(head, whole, begun, body));
          });
    });
  }

  private Mono<Begun> begin(Caller caller, ChatBody body) {
    var question = ChatTurns.question(body);
    var model = answers.modelNamed(body.model());
    return body.hasKnowledge()
        ? answers.fromKnowledge(ChatTurns.retrieval(body, question).toRequest(caller), question, model)
        : answers.fromTheModelAlone(question, model);
  }

  private static ChatCompletion whole(Head head, WholeAnswer whole, Begun begun, ChatBody body) {
    var message = new Message("assistant", whole.text(), null);
    var choices = List.of(new Choice(0, message, null, null, whole.finishReason()));
    var usage = UsageView.of(whole.done().usage());
    return body.hasKnowledge()
        ? new ChatCompletion(head.id(), "chat.completion", head.created(), head.model(), choices, usage,
            SourceView.of(whole.sources(), begun.passages()), CitationView.of(whole.citations(), begun.passages()),
            whole.done().grounded(), whole.done().reflections())
        : new ChatCompletion(head.id(), "chat.completion", head.created(), head.model(), choices, usage, null, null,
            null, null);
  }

  private static Flux<ServerSentEvent<Object>> stream(Head head, Begun begun, ChatBody body,
      ServerWebExchange exchange) {
    var whole = new WholeAnswer();
    var first = Mono.just(data(head.piece(new Delta("assistant", ""), null)));
    var pieces = begun.events().doOnNext(whole::add).filter(AnswerEvent.Content.class::isInstance)
        .map(it -> data(head.piece(new Delta(null, ((AnswerEvent.Content) it).text()), null)));
    return Flux.concat(first, pieces, Flux.defer(() -> {
      RequestResults.count(exchange, whole.sources().size());
      return Flux.fromIterable(ends(head, whole, begun, body));
    }));
  }

  private static List<ServerSentEvent<Object>> ends(Head head, WholeAnswer whole, Begun begun, ChatBody body) {
    var choices = List.of(new Choice(0, null, new Delta(null, null), null, whole.finishReason()));
    var last = body.hasKnowledge()
        ? new ChatCompletion(head.id(), "chat.completion.chunk", head.created(), head.model(), choices, null,
            SourceView.of(whole.sources(), begun.passages()), CitationView.of(whole.citations(), begun.passages()),
            whole.done().grounded(), whole.done().reflections())
        : new ChatCompletion(head.id(), "chat.completion.chunk", head.created(), head.model(), choices, null, null,
            null,
            null, null);
    var usage = new ChatCompletion(head.id(), "chat.completion.chunk", head.created(), head.model(), List.of(),
        UsageView.of(whole.done().usage()), null, null, null, null);
    return body.wantsUsageInStream()
        ? List.of(data(last), data(usage), data(LAST_EVENT))
        : List.of(data(last), data(LAST_EVENT));
  }

  private static ServerSentEvent<Object> failure(SelfRagException failure) {
    return data(Map.of("error", Map.of("message", failure.detail(), "type", "server_error", "code",
        failure.code().name().toLowerCase(Locale.ROOT))));
  }

  private static ServerSentEvent<Object> data(Object data) {
    return ServerSentEvent.builder(data instanceof String text ? " " + text : data).build();
  }
}
