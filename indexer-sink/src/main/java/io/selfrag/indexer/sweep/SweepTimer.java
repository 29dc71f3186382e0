package io.selfrag.indexer.sweep;

import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs a sweep again and again on a thread of its own: at once while there is work, then every now and then. */
public final class SweepTimer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(SweepTimer.class);

  private final String name;
  private final Supplier<Swept> sweep;
  private final Duration interval;
  private final StageHealth health;
  private final RandomGenerator random;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * @param sweep does what is due
   */
  public SweepTimer(String name, Supplier<Swept> sweep, Duration interval, StageHealth health, RandomGenerator random) {
    this.name = name;
    this.sweep = sweep;
    this.interval = interval;
    this.health = health;
    this.random = random;
  }

  @Override
  public synchronized void start() {
    if (thread == null) {
      thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }
  }

  @Override
  public synchronized void stop() {
    stopping.countDown();
    var running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null && stopping.getCount() > 0;
  }

  private void run() {
    int failures = 0;
    try {
      while (stopping.getCount() > 0) {
        Duration wait;
        try {
          var swept = sweep.get();
          wait = swept.done() > 0 ? Duration.ZERO : interval;
          failures = 0;
          tell(swept);
        } catch (RuntimeException e) {
          failures++;
          health.degraded(name + " cannot go on; trying again");
          log.atWarn().addKeyValue("sweep", name).addKeyValue("failures", failures).setCause(e)
              .log("sweep failed, trying again");
          wait = Backoff.DEFAULT.after(failures, random);
        }
        if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Swept swept) {
    if (swept.complaint() != null) {
      health.degraded(swept.complaint());
    } else if (swept.done() > 0) {
      health.progressed();
    } else {
      health.ok();
    }
  }
}
