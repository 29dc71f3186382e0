package io.selfrag.service.kafka;

import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.ContainerProperties.AssignmentCommitOption;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.ListenerContainerPauseService;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The batch listeners of a service, each in a container of its own, started and stopped together. What failed for a transient
 * reason is read again after a pause, without limit, while the member stays in its group; lag is 0 when nothing waits (S17).
 */
public final class BatchConsumers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BatchConsumers.class);
  /** How long a stop waits for the batches at work, and then for those it cut off. */
  private static final Duration DRAIN = Duration.ofSeconds(15);
  private static final Duration CUT_OFF = Duration.ofSeconds(5);
  /** Each poll that finds nothing asks for the committed offsets (S17), so that polls are long; a stop or the end of a pause ends them. */
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration POLL_WHILE_PAUSED = Duration.ofSeconds(1);
  /** Longer than any pause but those that a server asked for. */
  private static final Duration IDLE = Duration.ofSeconds(40);
  private static final Duration REFUSED = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("consumer-");
  private final ThreadPoolTaskScheduler timer = new ThreadPoolTaskScheduler();
  private final List<KafkaMessageListenerContainer<byte[], ?>> containers = new ArrayList<>();

  public BatchConsumers(KafkaClients clients, Backoff backoff, RandomGenerator random) {
    this.clients = clients;
    this.backoff = backoff;
    this.random = random;
    threads.setTaskTerminationTimeout(DRAIN.toMillis());
    timer.setThreadNamePrefix("consumer-timer-");
    timer.setDaemon(true);
  }

  /**
   * What one consumer reads.
   *
   * @param name its client id, unique in the JVM
   * @param settings of the consumer; they win over the shared ones
   */
  public record Source<V>(String name, String group, List<String> topics, Map<String, Object> settings,
      Deserializer<V> values) {
    public Source {
      topics = List.copyOf(topics);
      settings = Map.copyOf(settings);
    }
  }

  /** Adds a consumer; before the start. The handler is for it alone, the health may be shared. */
  public <V> void add(Source<V> source, BatchHandler<V> handler, StageHealth health) {
    var container = new KafkaMessageListenerContainer<>(
        clients.consumerFactory(source.group(), source.name(), source.settings(), source.values()),
        new ContainerProperties(source.topics().toArray(String[]::new)));
    var part = health.part();
    var listener = new BatchListener<>(container, handler, part, backoff, random,
        new ListenerContainerPauseService(null, timer));
    // The container has made a copy of what it was given.
    var properties = container.getContainerProperties();
    properties.setMessageListener(listener);
    properties.setAckMode(AckMode.MANUAL);
    properties.setFixTxOffsets(true);
    // Without a committed offset, a partition that only holds markers would never be seen as read.
    properties.setAssignmentCommitOption(AssignmentCommitOption.ALWAYS);
    properties.setConsumerRebalanceListener(new NothingUndoneIsCommitted(container));
    properties.setPollTimeout(POLL.toMillis());
    properties.setPollTimeoutWhilePaused(POLL_WHILE_PAUSED);
    properties.setIdleEventInterval(IDLE.toMillis());
    properties.setAuthExceptionRetryInterval(REFUSED);
    properties.setMicrometerEnabled(false);
    properties.setListenerTaskExecutor(threads);
    properties.setScheduler(timer);
    container.setBeanName(source.name());
    container.setChangeConsumerThreadName(true);
    container.setThreadNameSupplier(_ -> source.name());
    container.setCommonErrorHandler(new ClientFailures(part));
    container.setApplicationEventPublisher(listener::onEvent);
    containers.add(container);
  }

  @Override
  public void start() {
    timer.initialize();
    containers.forEach(KafkaMessageListenerContainer::start);
  }

  /** Lets the batches at work finish, within limits, commits them and leaves the groups; what is cut off is done again later. */
  @Override
  public void stop() {
    var working = new CountDownLatch(containers.size());
    containers.forEach(it -> it.stop(working::countDown));
    threads.close(); // waits, then interrupts
    if (working.getCount() > 0) {
      log.atWarn().addKeyValue("consumers", working.getCount()).log("cut batches off that took too long to end");
    }
    try {
      if (!working.await(CUT_OFF.toMillis(), TimeUnit.MILLISECONDS)) {
        log.atWarn().addKeyValue("consumers", working.getCount()).log("consumers still leave their groups");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdown();
  }

  @Override
  public boolean isRunning() {
    return containers.stream().anyMatch(KafkaMessageListenerContainer::isRunning);
  }

  /**
   * A consumer that leaves its group commits up to its position where it can (S17), though what it read last may have been
   * discarded by the stop or ended in an error. A position that was moved makes it leave the committed offset alone.
   */
  private record NothingUndoneIsCommitted(
      KafkaMessageListenerContainer<?, ?> container) implements ConsumerAwareRebalanceListener {
    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
      if (!container.isRunning()) {
        partitions.forEach(it -> consumer.seek(it, 0));
      }
    }
  }
}
