package io.selfrag.query.operations.http;

import io.selfrag.catalog.deadletters.DeadLetter;
import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.PageBody;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/dead-letters}. */
@RestController
@RequestMapping("/admin/dead-letters")
public final class DeadLetterController {
  private final DeadLetterQueries letters;
  private final JsonMapper json;

  public DeadLetterController(DeadLetterQueries letters, JsonMapper json) {
    this.letters = letters;
    this.json = json;
  }

  /** A dead letter as it is answered; never with the record's value, which may be a document. */
  record DeadLetterView(UUID id, String topic, int partition, long offset, @Nullable UUID tenantId,
      @Nullable UUID knowledgeBaseId, @Nullable UUID documentId, String stage, String code, String message, int attempt,
      String originalTopic, int originalPartition, long originalOffset, @Nullable String key,
      @Nullable Integer valueBytes, JsonNode headers, Instant createdAt, @Nullable Instant replayedAt) {}

  @GetMapping
  Mono<PageBody<DeadLetterView>> list(@RequestParam(name = "tenant_id", required = false) @Nullable UUID tenantId,
      @RequestParam(required = false) @Nullable String topic, @RequestParam(required = false) @Nullable String stage,
      @RequestParam(required = false) @Nullable String code,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant since,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    return letters.list(new DeadLetterFilter(tenantId, topic, stage, code, since), page, pageSize)
        .map(it -> PageBody.of(it.items().stream().map(this::view).toList(), it.total(), page, pageSize));
  }

  @GetMapping("/{id}")
  Mono<DeadLetterView> get(@PathVariable UUID id) {
    return letters.find(id).map(this::view).switchIfEmpty(Mono.error(
        () -> new SelfRagException(ErrorCode.DEAD_LETTER_NOT_FOUND, "there is no such dead letter")));
  }

  private DeadLetterView view(DeadLetter it) {
    return new DeadLetterView(it.id(), it.topic(), it.partition(), it.offset(), it.tenantId(), it.knowledgeBaseId(),
        it.documentId(), it.stage(), it.code(), it.message(), it.attempt(), it.originalTopic(), it.originalPartition(),
        it.originalOffset(), it.key(), it.valueBytes(), json.readTree(it.headers()), it.createdAt(), it.replayedAt());
  }
}
