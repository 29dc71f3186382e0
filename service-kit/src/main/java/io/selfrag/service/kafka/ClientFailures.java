package io.selfrag.service.kafka;

import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Takes what fails outside handlers: commits and polls. A batch that could not be committed is read again, and done again to no
 * effect. Spring's own handler is not used, because it repeats such a batch in place, and while it does the container commits past it
 * when a partition is taken away or the container stops (see ARCHITECTURE.md).
 */
final class ClientFailures implements CommonErrorHandler {
  private static final Logger log = LoggerFactory.getLogger(ClientFailures.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final StageHealth health;

  ClientFailures(StageHealth health) {
    this.health = health;
  }

  @Override
  public void handleBatch(Exception failure, ConsumerRecords<?, ?> records, Consumer<?, ?> consumer,
      MessageListenerContainer container, Runnable invokeListener) {
    log.atWarn().addKeyValue("consumer", container.getListenerId()).addKeyValue("records", records.count())
        .setCause(failure).log("batch not committed, reading it again");
    var ours = consumer.assignment();
    records.partitions().stream().filter(ours::contains)
        .forEach(it -> consumer.seek(it, records.records(it).getFirst().offset()));
    pause(container);
  }

  @Override
  public void handleOtherException(Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container,
      boolean batchListener) {
    health.degraded("the broker does not let us read; trying again");
    log.atWarn().addKeyValue("consumer", container.getListenerId()).setCause(failure).log("consumer failed, going on");
    pause(container);
  }

  @Override
  public boolean seeksAfterHandling() {
    return true;
  }

  @Override
  public boolean isAckAfterHandle() {
    return false;
  }

  private static void pause(MessageListenerContainer container) {
    try {
      ListenerUtils.stoppableSleep(container, PAUSE.toMillis());
    } catch (InterruptedException e) {
      log.atDebug().setCause(e).log("stopping");
    }
  }
}
