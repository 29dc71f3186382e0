package io.selfrag.query.operations.letters;

import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.catalog.deadletters.ReplayedLetter;
import io.selfrag.catalog.deadletters.ReplayedLetters;
import io.selfrag.query.operations.letters.LetterResult.Outcome;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Replays all letters that a filter means, at a rate, and looks at what becomes of them. */
public final class ReplayMany {
  /** Replays side by side; few, since each changes a document under its lock. */
  private static final int SIDE_BY_SIDE = 4;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);
  /** What the broker's clock may be behind ours. */
  private static final Duration SKEW = Duration.ofSeconds(2);
  private static final int NANOS = 1_000_000_000;

  private final DeadLetterQueries letters;
  private final ReplayedLetters replayed;
  private final ReplayLetters replay;
  private final Runnable nudge;
  private final InstantSource clock;

  /** @param nudge says that the outbox has something */
  public ReplayMany(DeadLetterQueries letters, ReplayedLetters replayed, ReplayLetters replay, Runnable nudge,
      InstantSource clock) {
    this.letters = letters;
    this.replayed = replayed;
    this.replay = replay;
    this.nudge = nudge;
    this.clock = clock;
  }

  /** One result for each letter, in the order in which they were replayed. Fails only with what is transient. */
  public Mono<List<LetterResult>> replay(ReplayRequest request) {
    var since = clock.instant().minus(SKEW);
    var sent = letters.ids(request.filter(), request.again(), request.limit(), request.after())
        .flatMapMany(ids -> paced(Flux.fromIterable(ids), request.rate()))
        .flatMapSequential(id -> one(id, request.dryRun()), SIDE_BY_SIDE).collectList();
    return request.follow().isZero() || request.dryRun()
        ? sent
        : sent.flatMap(results -> followed(results, since, request.follow()));
  }

  private static Flux<UUID> paced(Flux<UUID> ids, @Nullable Integer rate) {
    return rate == null ? ids : ids.delayElements(Duration.ofNanos(NANOS / rate));
  }

  private Mono<LetterResult> one(UUID id, boolean dryRun) {
    var result = dryRun ? replay.plan(id) : replay.replay(id).doOnNext(_ -> nudge.run());
    return result.onErrorResume(SelfRagException.class,
        e -> e.isTransient()
            ? Mono.error(e)
            : Mono.just(new LetterResult(id, Outcome.FAILED, e.code().name(), e.detail())));
  }

  private Mono<List<LetterResult>> followed(List<LetterResult> results, Instant since, Duration wait) {
    var ids = results.stream().filter(it -> it.outcome() == Outcome.REPLAYED).map(LetterResult::id).toList();
    if (ids.isEmpty()) {
      return Mono.just(results);
    }
    long looks = Math.max(1, wait.dividedBy(LOOK_AGAIN));
    return Mono.defer(() -> replayed.of(ids, since).collectMap(ReplayedLetter::id))
        .repeatWhen(done -> done.delayElements(LOOK_AGAIN).take(looks))
        .takeUntil(found -> found.values().stream().allMatch(ReplayedLetter::ended)).last()
        .map(found -> results.stream().map(it -> became(it, found)).toList());
  }

  private static LetterResult became(LetterResult result, Map<UUID, ReplayedLetter> found) {
    var now = found.get(result.id());
    if (result.outcome() != Outcome.REPLAYED || now == null) {
      return result;
    }
    if (now.code() != null) {
      return new LetterResult(result.id(), Outcome.FAILED_AGAIN, now.code(), now.detail() == null ? "" : now.detail());
    }
    return now.ended()
        ? new LetterResult(result.id(), Outcome.REPLAYED, null, "it was processed again: " + now.detail())
        : result;
  }

  /** How many results have each outcome. */
  public static Map<Outcome, Long> counts(List<LetterResult> results) {
    return results.stream().collect(Collectors.groupingBy(LetterResult::outcome, Collectors.counting()));
  }
}
