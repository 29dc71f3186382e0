package io.selfrag.query.answer.http;

import io.selfrag.catalog.conversation.Conversation;
import io.selfrag.catalog.conversation.Conversations;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** {@code /v1/conversations}: each caller's own. */
@RestController
@RequestMapping("/v1/conversations")
@RequiresRole(Role.READ)
public final class ConversationController {
  private static final int SHOWN = 1000;

  private final Conversations conversations;
  private final KeptConversations kept;
  private final RagController rag;
  private final MergePatch patches;
  private final KnowledgeBases bases;
  private final Supplier<UUID> ids;

  public ConversationController(Conversations conversations, KeptConversations kept, RagController rag,
      MergePatch patches, KnowledgeBases bases, Supplier<UUID> ids) {
    this.conversations = conversations;
    this.kept = kept;
    this.rag = rag;
    this.patches = patches;
    this.bases = bases;
    this.ids = ids;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Mono<ConversationView> create(Caller caller, @Valid @RequestBody ConversationBody body) {
    return requireUsable(caller, body.bases())
        .then(Mono.defer(() -> conversations.insert(new Conversation(ids.get(), caller.tenantId(),
            KeptConversations.owner(caller), body.titleOrEmpty(), body.bases(), Instant.EPOCH, Instant.EPOCH))))
        .map(it -> ConversationView.of(it, null));
  }

  private Mono<Void> requireUsable(Caller caller, List<UUID> wanted) {
    return wanted.isEmpty()
        ? Mono.empty()
        : bases.existing(caller.tenantId(), wanted).collectList().doOnNext(found -> {
          var missing = wanted.stream().filter(it -> !found.contains(it)).toList();
          if (!missing.isEmpty()) {
            throw SelfRagException.missing(ErrorCode.KB_NOT_FOUND, "there is no such knowledge base", missing);
          }
          wanted.forEach(caller::requireScope);
        }).then();
  }

  @GetMapping
  Mono<PageBody<ConversationView>> list(Caller caller,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    return conversations.list(caller.tenantId(), KeptConversations.owner(caller), page, pageSize).map(
        it -> PageBody.of(it.items().stream().map(one -> ConversationView.of(one, null)).toList(), it.total(), page,
            pageSize));
  }

  @GetMapping("/{id}")
  Mono<ConversationView> get(Caller caller, @PathVariable UUID id) {
    return kept.require(caller, id).flatMap(it -> conversations.turns(id, SHOWN).map(ConversationView.Message::of)
        .collectList().map(messages -> ConversationView.of(it, messages)));
  }

  @PatchMapping("/{id}")
  Mono<ConversationView> patch(Caller caller, @PathVariable UUID id, @RequestBody JsonNode patch) {
    return kept.require(caller, id).flatMap(it -> {
      var wanted = patches.apply(new ConversationBody(it.title(), it.knowledgeBaseIds()), patch,
          ConversationBody.class);
      var added = wanted.bases().stream().filter(base -> !it.knowledgeBaseIds().contains(base)).toList();
      return requireUsable(caller, added).then(Mono.defer(() -> conversations.update(new Conversation(it.id(),
          it.tenantId(), it.owner(), wanted.titleOrEmpty(), wanted.bases(), it.createdAt(), it.updatedAt()))));
    }).map(it -> ConversationView.of(it, null));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(Caller caller, @PathVariable UUID id) {
    return kept.require(caller, id)
        .then(Mono.defer(() -> conversations.delete(caller.tenantId(), KeptConversations.owner(caller), id))).then();
  }

  /** Says something and is answered from the conversation's knowledge bases, whole or, with {@code stream}, as a stream. */
  @PostMapping("/{id}/messages")
  @LongAnswer
  Mono<ResponseEntity<?>> say(Caller caller, ServerWebExchange exchange, @PathVariable UUID id,
      @Valid @RequestBody MessageBody body) {
    return kept.require(caller, id).flatMap(it -> {
      if (it.knowledgeBaseIds().isEmpty()) {
        throw new ValidationException("body", "content", "this conversation names no knowledge_base_ids to answer from",
            "value_error");
      }
      return rag.rag(caller, exchange, body.toRag(id, it.knowledgeBaseIds()));
    });
  }
}
