package io.selfrag.service.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.config.ConfigurationException;
import java.util.concurrent.locks.LockSupport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Creates our topics, or checks that they are as we need them. */
public final class TopicSetup {
  private static final long KNOWN_WITHIN_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(50).toNanos();

  private final KafkaClients clients;

  public TopicSetup(KafkaClients clients) {
    this.clients = clients;
  }

  /**
   * Creates what is missing. Idempotent, and safe when several services start at once. Blocks.
   *
   * @throws ConfigurationException if a topic has another number of partitions than is set, lets producers choose its timestamps,
   *           takes too small records, or keeps them by another rule
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public void ensure() {
    var settings = clients.settings();
    var wanted = settings.topics().definitions(settings.partitions(), settings.replication());
    try (var admin = clients.admin("topic-setup")) {
      var existing = admin.listTopics().names().get();
      create(admin, wanted.stream().filter(it -> !existing.contains(it.name())).toList());
      checkWhenKnown(admin, wanted);
    } catch (ExecutionException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the topics could not be created or checked",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while the topics were created", e);
    }
  }

  private static void create(Admin admin, List<TopicNames.Definition> missing)
      throws ExecutionException, InterruptedException {
    var results = admin.createTopics(missing.stream()
        .map(it -> new NewTopic(it.name(), it.partitions(), it.replication()).configs(it.settings())).toList())
        .values();
    for (var result : results.values()) {
      try {
        result.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /** A broker may answer that it does not know a topic for a moment after the controller has made it. */
  private static void checkWhenKnown(Admin admin, List<TopicNames.Definition> wanted)
      throws ExecutionException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      try {
        check(admin, wanted);
        return;
      } catch (ExecutionException e) {
        boolean unknownYet = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!unknownYet || System.nanoTime() - start > KNOWN_WITHIN_NANOS) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
    }
  }

  private static void check(Admin admin, List<TopicNames.Definition> wanted)
      throws ExecutionException, InterruptedException {
    var found = admin.describeTopics(wanted.stream().map(TopicNames.Definition::name).toList()).allTopicNames().get();
    for (var topic : wanted) {
      var description = found.get(topic.name());
      if (description != null && description.partitions().size() != topic.partitions()) {
        throw new ConfigurationException("KAFKA_PARTITIONS", "is " + topic.partitions() + " but topic " + topic.name()
            + " has " + description.partitions().size() + " partitions");
      }
    }
    var resources = wanted.stream().map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it.name())).toList();
    var settings = admin.describeConfigs(resources).all().get();
    for (var topic : wanted) {
      var actual = settings.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
      if (actual != null) {
        topic.settings().forEach((name, value) -> check(topic.name(), name, value, actual.get(name)));
      }
    }
  }

  /** How long records are kept is the operator's business; larger records may be taken. */
  private static void check(String topic, String name, String wanted, @Nullable ConfigEntry actual) {
    if (actual == null) {
      return;
    }
    boolean fits = name.equals(TopicConfig.RETENTION_MS_CONFIG) || wanted.equals(actual.value())
        || (name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
            && Long.parseLong(actual.value()) > Long.parseLong(wanted));
    if (!fits) {
      throw new ConfigurationException("topic " + topic, "has " + name + "=" + actual.value() + ": set it to " + wanted
          + ", or remove the topic if nothing in it is needed");
    }
  }
}
