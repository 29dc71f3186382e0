package io.selfrag.query.answer.http;

import io.selfrag.catalog.conversation.Conversation;
import io.selfrag.catalog.conversation.Conversations;
import io.selfrag.catalog.conversation.Turn;
import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.Citation;
import io.selfrag.generation.reflect.Question;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Conversations of callers: their earlier turns are the history of a question, and its answer becomes their next. */
public final class KeptConversations {
  /** Turns that a model is told of. */
  private static final int REMEMBERED = 20;

  private final Conversations conversations;

  public KeptConversations(Conversations conversations) {
    this.conversations = conversations;
  }

  /** Who may read what this caller asks: the person that the key speaks for, else the key. */
  static String owner(Caller caller) {
    var identity = caller.identity();
    return identity == null || identity.userId() == null ? "key:" + caller.keyId() : "user:" + identity.userId();
  }

  /** The caller's conversation, or {@code CONVERSATION_NOT_FOUND}. */
  Mono<Conversation> require(Caller caller, UUID id) {
    return conversations.find(caller.tenantId(), owner(caller), id).switchIfEmpty(Mono.error(
        () -> SelfRagException.missing(ErrorCode.CONVERSATION_NOT_FOUND, "conversation " + id + " does not exist",
            List.of(id))));
  }

  /** The question with what was said before it. */
  Mono<Question> continued(Caller caller, UUID id, Question question) {
    return require(caller, id).thenMany(Flux.defer(() -> conversations.turns(id, REMEMBERED)))
        .map(it -> it.role().equals("user") ? ChatMessage.user(it.content()) : ChatMessage.assistant(it.content()))
        .collectList().map(history -> new Question(question.text(), history, question.systemPrompt(),
            question.sampling(), question.mode()));
  }

  /** The same events, and the end comes once question and answer are kept. */
  Flux<AnswerEvent> kept(UUID id, Question question, Flux<AnswerEvent> events) {
    return Flux.defer(() -> {
      var whole = new WholeAnswer();
      return events.concatMap(event -> {
        whole.add(event);
        return event instanceof AnswerEvent.Done done
            ? conversations.append(id, turns(question, whole, done)).thenReturn(event)
            : Mono.just(event);
      });
    });
  }

  private static List<Turn> turns(Question question, WholeAnswer whole, AnswerEvent.Done done) {
    var cited = whole.citations().stream().map(Citation::chunkIds).flatMap(List::stream).distinct().toList();
    return List.of(new Turn("user", question.text(), List.of(), null, Instant.EPOCH),
        new Turn("assistant", whole.text(), cited, done.grounded(), Instant.EPOCH));
  }
}
