package io.selfrag.query.operations.http;

import io.selfrag.catalog.deadletters.DeadLetter;
import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.query.operations.letters.ReplayLetters;
import io.selfrag.query.operations.letters.ReplayLetters.Outcome;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/dead-letters}. */
@RestController
@RequestMapping("/admin/dead-letters")
public final class DeadLetterController {
  /** What the database can look for. */
  private static final String TEXT = "[^\\x00]{0,300}";
  private static final int MOST_AT_ONCE = 10_000;
  private static final int DEFAULT_AT_ONCE = 1000;
  /** Replays side by side; few, since each changes a document under its lock. */
  private static final int SIDE_BY_SIDE = 4;

  private final DeadLetterQueries letters;
  private final ReplayLetters replay;
  private final JsonMapper json;
  private final Runnable nudge;

  /** @param nudge says that the outbox has something */
  public DeadLetterController(DeadLetterQueries letters, ReplayLetters replay, JsonMapper json, Runnable nudge) {
    this.letters = letters;
    this.replay = replay;
    this.json = json;
    this.nudge = nudge;
  }

  /** A dead letter as it is answered; never with the record's value, which may be a document. */
  record DeadLetterView(UUID id, String topic, int partition, long offset, @Nullable UUID tenantId,
      @Nullable UUID knowledgeBaseId, @Nullable UUID documentId, String stage, String code, String message, int attempt,
      String originalTopic, int originalPartition, long originalOffset, @Nullable String key,
      @Nullable Integer valueBytes, JsonNode headers, Instant createdAt, @Nullable Instant replayedAt) {}

  /**
   * Which to replay.
   *
   * @param includeReplayed also those that were replayed before
   */
  record ReplayBody(@Nullable UUID tenantId, @Nullable String topic, @Nullable String stage, @Nullable String code,
      @Nullable Instant since, @Nullable Instant until, @Nullable Boolean includeReplayed,
      @Nullable @Min(1) @Max(MOST_AT_ONCE) Integer limit) {
    DeadLetterFilter filter() {
      var filter = new DeadLetterFilter(tenantId, topic, stage, code, since, until);
      if (filter.isEmpty()) {
        throw new ValidationException("body", "since", "name a tenant, topic, stage, code or time", "missing");
      }
      return filter;
    }
  }

  record Replayed(UUID id, String outcome) {}

  record NotReplayed(UUID id, String code, String detail) {}

  /** @param notNeeded those whose document has moved on since */
  record ReplaySummary(int total, long replayed, long notNeeded, List<NotReplayed> failed) {}

  @GetMapping
  Mono<PageBody<DeadLetterView>> list(@RequestParam(name = "tenant_id", required = false) @Nullable UUID tenantId,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String topic,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String stage,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String code,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant since,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant until,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    return letters.list(new DeadLetterFilter(tenantId, topic, stage, code, since, until), page, pageSize)
        .map(it -> PageBody.of(it.items().stream().map(this::view).toList(), it.total(), page, pageSize));
  }

  @GetMapping("/{id}")
  Mono<DeadLetterView> get(@PathVariable UUID id) {
    return letters.find(id).map(this::view).switchIfEmpty(Mono.error(DeadLetterController::notFound));
  }

  @PostMapping("/{id}/replay")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<Replayed> replay(@PathVariable UUID id) {
    return replay.replay(id).map(outcome -> new Replayed(id, wireName(outcome))).doOnNext(it -> nudge.run());
  }

  @PostMapping("/replay")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReplaySummary> replayAll(@Valid @RequestBody ReplayBody body) {
    int limit = body.limit() == null ? DEFAULT_AT_ONCE : body.limit();
    return letters.ids(body.filter(), Boolean.TRUE.equals(body.includeReplayed()), limit)
        .flatMapMany(Flux::fromIterable).flatMapSequential(this::attempt, SIDE_BY_SIDE).collectList()
        .map(DeadLetterController::summary).doOnNext(it -> nudge.run());
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(@PathVariable UUID id) {
    return letters.delete(id).flatMap(deleted -> deleted ? Mono.<Void>empty() : Mono.error(notFound()));
  }

  private Mono<Object> attempt(UUID id) {
    return replay.replay(id).<Object>map(it -> it).onErrorResume(SelfRagException.class,
        e -> e.isTransient() ? Mono.error(e) : Mono.just(new NotReplayed(id, e.code().name(), e.detail())));
  }

  private static ReplaySummary summary(List<Object> results) {
    var failed = new ArrayList<NotReplayed>();
    results.stream().filter(NotReplayed.class::isInstance).map(NotReplayed.class::cast).forEach(failed::add);
    return new ReplaySummary(results.size(), results.stream().filter(Outcome.REPLAYED::equals).count(),
        results.stream().filter(Outcome.NOT_NEEDED::equals).count(), failed);
  }

  private static String wireName(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static SelfRagException notFound() {
    return new SelfRagException(ErrorCode.DEAD_LETTER_NOT_FOUND, "there is no such dead letter");
  }

  private DeadLetterView view(DeadLetter it) {
    return new DeadLetterView(it.id(), it.topic(), it.partition(), it.offset(), it.tenantId(), it.knowledgeBaseId(),
        it.documentId(), it.stage(), it.code(), it.message(), it.attempt(), it.originalTopic(), it.originalPartition(),
        it.originalOffset(), it.key(), it.valueBytes(), json.readTree(it.headers()), it.createdAt(), it.replayedAt());
  }
}
