package io.selfrag.service.kafka;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.health.HealthStatus;
import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.kafka.listener.BatchAcknowledgingMessageListener;
import org.springframework.kafka.listener.ListenerContainerPauseService;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Tells the container what became of a batch: acknowledged; or from some record on to be read again, after a pause in which the
 * container keeps polling; or the end. Keeps the stage's health.
 *
 * @param <V> the records' values
 */
final class BatchListener<V> implements BatchAcknowledgingMessageListener<byte[], V> {
  private static final Logger log = LoggerFactory.getLogger(BatchListener.class);

  private final MessageListenerContainer container;
  private final FaultIsolation<V> isolation;
  private final StageHealth health;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final ListenerContainerPauseService pauses;
  /** Since something was done. */
  private int failures;

  BatchListener(MessageListenerContainer container, BatchHandler<V> handler, StageHealth health, Backoff backoff,
      RandomGenerator random, ListenerContainerPauseService pauses) {
    this.container = container;
    this.isolation = new FaultIsolation<>(handler);
    this.health = health;
    this.backoff = backoff;
    this.random = random;
    this.pauses = pauses;
  }

  @Override
  public void onMessage(List<ConsumerRecord<byte[], V>> records, @Nullable Acknowledgment acknowledgment) {
    var acks = Objects.requireNonNull(acknowledgment, "the container acknowledges by hand");
    try {
      switch (isolation.handle(records)) {
        case FaultIsolation.Outcome.Done _ -> {
          failures = 0;
          health.progressed();
          acks.acknowledge();
        }
        case FaultIsolation.Outcome.Again(int from, SelfRagException cause, boolean progress) -> {
          acks.nack(from, Duration.ZERO);
          failures = progress ? 1 : failures + 1;
          pause(cause, progress);
        }
        case FaultIsolation.Outcome.Halted(int from, SelfRagException cause) -> {
          acks.nack(from, Duration.ZERO);
          halt(cause);
        }
      }
    } catch (InterruptedException e) {
      // Only our stop does that. The flag stays down, so that the thread can commit and leave its group in good order.
      log.atInfo().addKeyValue("consumer", container.getListenerId()).log("batch cut off by the stop");
      acks.nack(0, Duration.ZERO);
    }
  }

  /** The pause is the container's and not the acknowledgment's, because only the former holds for partitions that come meanwhile. */
  private void pause(SelfRagException cause, boolean progress) {
    var asked = cause.retryAfter().orElse(Duration.ZERO);
    var wait = backoff.after(failures, random);
    wait = asked.compareTo(wait) > 0 ? asked : wait;
    health.degraded(cause.code().name() + ": " + cause.detail());
    log.atWarn().addKeyValue("consumer", container.getListenerId()).addKeyValue("failures", failures)
        .addKeyValue("code", cause.code().name()).addKeyValue("reason", cause.detail())
        .addKeyValue("retry_in_ms", wait.toMillis())
        .setCause(failures == 1 && !progress && cause.isTransient() ? cause : null).log("batch failed, trying again");
    if (container.isRunning()) {
      pauses.pause(container, wait);
    }
  }

  private void halt(SelfRagException cause) {
    health.down(FaultIsolation.DIFFERENT_IN_A_ROW + " records in a row met a bug: stopped until someone acts");
    log.atError().addKeyValue("consumer", container.getListenerId()).setCause(cause)
        .log("consumer halted, someone must act");
    container.stopAbnormally(() -> {});
  }

  /** Takes what the container says about itself. */
  void onEvent(Object event) {
    switch (event) {
      case ConsumerStoppedEvent it when it.getReason() != ConsumerStoppedEvent.Reason.NORMAL -> {
        if (health.current().status() != HealthStatus.DOWN) {
          health.down("the consumer stopped: " + it.getReason());
        }
      }
      case ConsumerRetryAuthEvent it -> health.degraded("the broker refuses us: " + it.getReason());
      // Whatever was wrong before, nothing waits for us now; without this a partition that went elsewhere would leave us degraded.
      case ListenerContainerIdleEvent it when !it.isPaused() -> health.ok();
      default -> log.atTrace().addKeyValue("event", event).log("container event");
    }
  }
}
