package io.selfrag.query.operations.http;

import io.selfrag.catalog.deadletters.DeadLetterFilter;
import io.selfrag.query.operations.letters.ReplayRequest;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters to replay, and how.
 *
 * @param includeReplayed also those that were replayed before
 * @param after only those behind this one: the last answer's {@code next}
 * @param rate at most so many in a second
 * @param follow seconds to look at what becomes of them
 * @param dryRun only says what would be done
 */
record ReplayBody(@Nullable UUID tenantId, @Nullable String topic, @Nullable String stage, @Nullable String code,
    @Nullable Instant since, @Nullable Instant until, @Nullable Boolean includeReplayed,
    @Nullable @Min(1) @Max(MOST_AT_ONCE) Integer limit, @Nullable UUID after,
    @Nullable @Min(1) @Max(MOST_A_SECOND) Integer rate, @Nullable @Min(0) @Max(LONGEST_FOLLOW) Integer follow,
    @Nullable Boolean dryRun) {
  private static final int MOST_AT_ONCE = 10_000;
  private static final int DEFAULT_AT_ONCE = 1000;
  private static final int MOST_A_SECOND = 1000;
  private static final int LONGEST_FOLLOW = 60;
  /** Seconds that one call may take to send: proxies give up on what is silent for long. */
  private static final int LONGEST_SENDING = 60;

  ReplayRequest request(Instant until) {
    if (new DeadLetterFilter(tenantId, topic, stage, code, since, this.until).isEmpty()) {
      throw new ValidationException("body", "since", "name a tenant, topic, stage, code or time", "missing");
    }
    int most = rate == null ? DEFAULT_AT_ONCE : Math.min(DEFAULT_AT_ONCE, rate * LONGEST_SENDING);
    if (rate != null && limit != null && limit > (long) rate * LONGEST_SENDING) {
      throw new ValidationException("body", "limit",
          "at this rate one call replays at most " + rate * LONGEST_SENDING + "; go on with after", "value_error");
    }
    return new ReplayRequest(new DeadLetterFilter(tenantId, topic, stage, code, since, until),
        Boolean.TRUE.equals(includeReplayed), limit == null ? most : limit, after, rate,
        Duration.ofSeconds(follow == null ? 0 : follow), Boolean.TRUE.equals(dryRun));
  }
}
