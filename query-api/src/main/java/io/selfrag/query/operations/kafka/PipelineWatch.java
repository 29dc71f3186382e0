package io.selfrag.query.operations.kafka;

import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.query.operations.PipelineReport;
import io.selfrag.query.operations.Spot;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Looks at the pipeline every few seconds, so that rates and standstills are known when someone asks. */
public final class PipelineWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(PipelineWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  /** A look that is not older is used again. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final PipelineReader reader;
  private final WaitingSince waitingSince;
  private final PipelineHistory history;
  private final InstantSource clock;
  private @Nullable ScheduledExecutorService timer;

  public PipelineWatch(PipelineReader reader, WaitingSince waitingSince, PipelineHistory history,
      InstantSource clock) {
    this.reader = reader;
    this.waitingSince = waitingSince;
    this.history = history;
    this.clock = clock;
  }

  /**
   * The history with a look of this moment. Blocks, for a few seconds at most.
   *
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public synchronized PipelineHistory look() {
    var newest = history.latest().map(it -> it.at().plus(FRESH)).orElse(Instant.MIN);
    if (!newest.isAfter(clock.instant())) {
      history.add(reader.read());
    }
    return history;
  }

  /**
   * Every topic with who reads it, at this moment. Blocks, for a few seconds at most.
   *
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public PipelineReport report() {
    var next = look().next();
    var since = new HashMap<String, Map<Spot, Instant>>();
    next.forEach((group, positions) -> since.put(group, waitingSince.of(positions)));
    return history.report(since);
  }

  @Override
  public synchronized void start() {
    if (timer == null) {
      timer = Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("pipeline-watch").unstarted(task));
      var _ = timer.scheduleWithFixedDelay(this::lookQuietly, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void lookQuietly() {
    try {
      look();
    } catch (SelfRagException e) {
      // Thrown on, it would end the timer; that the broker is away is shown by whoever asks.
      log.atDebug().setCause(e).log("pipeline not looked at this time");
    }
  }

  @Override
  public synchronized void stop() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return timer != null;
  }
}
