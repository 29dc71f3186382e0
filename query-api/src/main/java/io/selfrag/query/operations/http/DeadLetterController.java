package io.selfrag.query.operations.http;

import io.selfrag.catalog.deadletters.DeadLetter;
import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.query.operations.letters.LetterResult;
import io.selfrag.query.operations.letters.LetterResult.Outcome;
import io.selfrag.query.operations.letters.ReplayLetters;
import io.selfrag.query.operations.letters.ReplayMany;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.PageBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.time.InstantSource;
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
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/dead-letters}. */
@RestController
@RequestMapping("/admin/dead-letters")
public final class DeadLetterController {
  /** What the database can look for. */
  private static final String TEXT = "[^\\x00]{0,300}";

  private final DeadLetterQueries letters;
  private final DeadLetterQueries lists;
  private final ReplayLetters replay;
  private final ReplayMany many;
  private final JsonMapper json;
  private final Runnable nudge;
  private final InstantSource clock;

  /**
   * @param lists reads whole pages, from what may be behind
   * @param nudge says that the outbox has something
   */
  public DeadLetterController(DeadLetterQueries letters, DeadLetterQueries lists, ReplayLetters replay, ReplayMany many,
      JsonMapper json,
      Runnable nudge, InstantSource clock) {
    this.letters = letters;
    this.lists = lists;
    this.replay = replay;
    this.many = many;
    this.json = json;
    this.nudge = nudge;
    this.clock = clock;
  }

  /** A dead letter as it is answered; never with the record's value, which may be a document. */
  record DeadLetterView(UUID id, String topic, int partition, long offset, @Nullable UUID tenantId,
      @Nullable UUID knowledgeBaseId, @Nullable UUID documentId, String stage, String code, String message, int attempt,
      String originalTopic, int originalPartition, long originalOffset, @Nullable String key,
      @Nullable Integer valueBytes, JsonNode headers, Instant createdAt, @Nullable Instant replayedAt) {}

  /** @param code of a failure */
  record Replayed(UUID id, String outcome, @Nullable String code, String reason) {
    static Replayed of(LetterResult result) {
      return new Replayed(result.id(), wireName(result.outcome()), result.code(), result.reason());
    }
  }

  /**
   * What a replay of many came to.
   *
   * @param until letters since then were left out: name it again, with {@code after}, for the next ones
   * @param next names the last letter that was replayed, if there may be more
   */
  record ReplaySummary(boolean dryRun, int total, long replayed, long wouldReplay, long skipped, long failed,
      long failedAgain, Instant until, @Nullable UUID next, List<Replayed> results) {}

  @GetMapping
  Mono<PageBody<DeadLetterView>> list(@RequestParam(name = "tenant_id", required = false) @Nullable UUID tenantId,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String topic,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String stage,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String code,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant since,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant until,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    return lists.list(new DeadLetterFilter(tenantId, topic, stage, code, since, until), page, pageSize)
        .map(it -> PageBody.of(it.items().stream().map(this::view).toList(), it.total(), page, pageSize));
  }

  @GetMapping("/{id}")
  Mono<DeadLetterView> get(@PathVariable UUID id) {
    return letters.find(id).map(this::view).switchIfEmpty(Mono.error(DeadLetterController::notFound));
  }

  @PostMapping("/{id}/replay")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<Replayed> replay(@PathVariable UUID id) {
    return replay.replay(id).map(Replayed::of).doOnNext(_ -> nudge.run());
  }

  @PostMapping("/replay")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReplaySummary> replayAll(@Valid @RequestBody ReplayBody body) {
    // What is given up again while this runs is for the next time, or it would never end.
    var until = body.until() == null ? clock.instant() : body.until();
    var request = body.request(until);
    return many.replay(request).map(results -> {
      var counts = ReplayMany.counts(results);
      return new ReplaySummary(request.dryRun(), results.size(), counts.getOrDefault(Outcome.REPLAYED, 0L),
          counts.getOrDefault(Outcome.WOULD_REPLAY, 0L), counts.getOrDefault(Outcome.SKIPPED, 0L),
          counts.getOrDefault(Outcome.FAILED, 0L), counts.getOrDefault(Outcome.FAILED_AGAIN, 0L), until,
          results.size() < request.limit() ? null : results.getLast().id(),
          results.stream().map(Replayed::of).toList());
    });
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(@PathVariable UUID id) {
    return letters.delete(id).flatMap(deleted -> deleted ? Mono.<Void>empty() : Mono.error(notFound()));
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
