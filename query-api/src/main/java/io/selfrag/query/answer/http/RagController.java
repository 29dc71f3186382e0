package io.selfrag.query.answer.http;

import static io.selfrag.query.answer.http.AnswerStreams.event;

import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.Reflection;
import io.selfrag.query.answer.http.AnswerQuestions.Begun;
import io.selfrag.query.retrieve.http.RetrieveAnswer;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequestResults;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /v1/rag} and {@code /v1/rag/stream}. */
@RestController
@RequiresRole(Role.READ)
public final class RagController {
  private final AnswerQuestions answers;

  private final KeptConversations conversations;

  public RagController(AnswerQuestions answers, KeptConversations conversations) {
    this.answers = answers;
    this.conversations = conversations;
  }

  /** What {@code done} carries. */
  record End(UsageView usage, boolean grounded, RetrieveAnswer.@Nullable Model model, int retrievalCount,
      int generationTokens, List<Reflection> reflection) {}

  @PostMapping("/v1/rag")
  @LongAnswer
  Mono<ResponseEntity<?>> rag(Caller caller, ServerWebExchange exchange, @Valid @RequestBody RagBody body) {
    return body.wantsStream()
        ? stream(caller, exchange, body)
        : begin(caller, body).flatMap(begun -> begun.events().collectList().map(events -> {
          var whole = WholeAnswer.of(events);
          RequestResults.count(exchange, whole.sources().size());
          return ResponseEntity.ok(RagAnswer.of(whole, begun, body));
        }));
  }

  @PostMapping("/v1/rag/stream")
  @LongAnswer
  Mono<ResponseEntity<?>> stream(Caller caller, ServerWebExchange exchange, @Valid @RequestBody RagBody body) {
    return begin(caller, body).map(begun -> AnswerStreams.answer(
        begun.events().doOnNext(it -> count(exchange, it)).concatMap(it -> rendered(it, begun, body)),
        failure -> event("error", AnswerStreams.problem(failure))));
  }

  private Mono<Begun> begin(Caller caller, RagBody body) {
    var request = body.retrieval().toRequest(caller);
    var question = body.question();
    var model = answers.model(body.provider(), body.model());
    var conversation = body.conversationId();
    return conversation == null
        ? answers.fromKnowledge(request, question, model)
        : conversations.continued(caller, conversation, question)
            .flatMap(it -> answers.fromKnowledge(request, it, model))
            .map(it -> new Begun(it.model(), conversations.kept(conversation, question, it.events()), it.passages()));
  }

  private static void count(ServerWebExchange exchange, AnswerEvent event) {
    if (event instanceof AnswerEvent.Sources it) {
      RequestResults.count(exchange, it.passages().size());
    }
  }

  private static Flux<ServerSentEvent<Object>> rendered(AnswerEvent event, Begun begun, RagBody body) {
    return switch (event) {
      case AnswerEvent.Sources it -> body.wantsSources()
          ? Flux.just(event("sources", SourceView.of(it.passages(), begun.passages())))
          : Flux.empty();
      case AnswerEvent.Reflected it -> Flux.just(event("reflection", it.reflection()));
      // Clients take off one space behind the colon; the text may begin with one of its own.
      case AnswerEvent.Content it -> Flux.just(event("content", " " + it.text().replace("\n", "\\n")));
      case AnswerEvent.Citations it -> Flux.just(event("citations", CitationView.of(it.citations(), begun.passages())));
      case AnswerEvent.Done it -> Flux.just(event("done", new End(UsageView.of(it.usage()), it.grounded(),
          RagAnswer.model(begun), it.retrieved(), it.usage().completionTokens(), it.reflections())));
    };
  }
}
