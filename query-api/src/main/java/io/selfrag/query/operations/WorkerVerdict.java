package io.selfrag.query.operations;

import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a worker does, judged from the broker alone: wherever it runs, whatever it says of itself.
 *
 * @param lag records that wait for it
 * @param lastProgress when it was last seen to have finished something
 */
public record WorkerVerdict(State state, String message, long lag, @Nullable Instant lastProgress) {
  /** What the broker shows of a worker. */
  public enum State {
    WORKING,
    /** It has something to do and has finished nothing for a while: an outage, or a large piece of work. */
    STANDS_STILL,
    /** Nobody reads, and nothing waits. */
    ABSENT,
    /** Nobody reads although something waits. */
    MISSED
  }

  /** Longer than this a worker does not need for a batch that goes well; parsing one file may take 60 s. */
  static final Duration PATIENCE = Duration.ofSeconds(75);

  /** The verdict on the last look; one look there must be. */
  public static WorkerVerdict of(PipelineWorker worker, TopicNames topics, PipelineHistory history) {
    var now = history.latest().orElseThrow();
    var group = worker.group(topics);
    long lag = worker.topics(topics).stream().mapToLong(it -> PipelineSnapshot.sum(now.waiting(group, it))).sum();
    var progress = history.lastMoved(group);
    if (now.members(group) == 0) {
      return lag == 0
          ? new WorkerVerdict(State.ABSENT, "no instance is running", lag, progress)
          : new WorkerVerdict(State.MISSED, "no instance is running and " + waiting(lag), lag, progress);
    }
    var still = history.standsStill(group);
    if (lag > 0 && still.compareTo(PATIENCE) > 0) {
      return new WorkerVerdict(State.STANDS_STILL,
          "nothing was finished for " + still.toSeconds() + " s while " + waiting(lag), lag, progress);
    }
    return new WorkerVerdict(State.WORKING, lag == 0 ? "nothing waits" : waiting(lag), lag, progress);
  }

  private static String waiting(long lag) {
    return lag == 1 ? "1 record waits" : lag + " records wait";
  }
}
