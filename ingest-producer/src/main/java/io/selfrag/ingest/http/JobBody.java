package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.JobDetail;
import io.selfrag.catalog.intake.JobDetail.JobFailure;
import io.selfrag.catalog.intake.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is.
 *
 * @param total documents that were accepted with it
 * @param ratePerSecond finished documents over the last minute
 * @param etaSeconds null where it cannot be told
 * @param stages how many documents passed each stage; null unless asked for
 * @param failures the first that failed; null unless asked for
 */
record JobBody(UUID id, UUID knowledgeBaseId, String status, long received, long rejected, long total, long finished,
    Totals totals, double ratePerSecond, @Nullable Long etaSeconds, Instant createdAt, Instant updatedAt,
    @Nullable Map<String, Long> stages, @Nullable List<JobFailure> failures) {
  private static final double WINDOW_SECONDS = 60;

  /** Documents in each state. */
  record Totals(long pending, long processing, long indexed, long unchanged, long superseded, long failed,
      long interrupted, long deleted) {}

  static JobBody of(JobView job) {
    var states = job.states();
    long pending = states.getOrDefault("accepting", 0L) + states.getOrDefault("pending", 0L);
    long processing = states.getOrDefault("processing", 0L);
    long total = states.values().stream().mapToLong(Long::longValue).sum();
    long open = pending + processing;
    double age = Math.max(1, Duration.between(job.createdAt(), job.now()).toMillis() / 1000.0);
    double rate = job.finishedLately() / Math.min(WINDOW_SECONDS, age);
    Long eta = open == 0 ? Long.valueOf(0) : rate == 0 ? null : Long.valueOf((long) Math.ceil(open / rate));
    return new JobBody(job.id(), job.knowledgeBaseId(), status(job, open),
        job.received(), job.rejected(), total, total - open, totals(states, pending, processing),
        Math.round(rate * 100) / 100.0, job.complete() ? eta : null, job.createdAt(), job.updatedAt(),
        null, null);
  }

  private static String status(JobView job, long open) {
    if (job.complete() && open == 0) {
      return job.cancelled() ? "cancelled" : "completed";
    }
    return job.cancelled() ? "cancelling" : job.paused() ? "paused" : "running";
  }

  JobBody with(JobDetail detail) {
    return new JobBody(id, knowledgeBaseId, status, received, rejected, total, finished, totals, ratePerSecond,
        etaSeconds, createdAt, updatedAt, detail.stages(), detail.failures());
  }

  private static Totals totals(Map<String, Long> states, long pending, long processing) {
    return new Totals(pending, processing, states.getOrDefault("indexed", 0L), states.getOrDefault("unchanged", 0L),
        states.getOrDefault("superseded", 0L), states.getOrDefault("failed", 0L),
        states.getOrDefault("interrupted", 0L), states.getOrDefault("deleted", 0L));
  }

  boolean isCompleted() {
    return status.equals("completed") || status.equals("cancelled");
  }
}
