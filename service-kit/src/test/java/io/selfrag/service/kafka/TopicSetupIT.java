package io.selfrag.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.config.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class TopicSetupIT {
  /** One for all tests: making the topics is idempotent, and slow. */
  private static final String PREFIX = "topics-" + UUID.randomUUID() + ".";

  @Test
  void everyTopicOfTheCatalogueIsMadeAsItIsDescribedThere() throws Exception {
    var clients = clients(2);

    new TopicSetup(clients).ensure();

    try (var admin = clients.admin("test")) {
      for (TopicNames.Definition wanted : clients.topics().definitions(2, (short) 1)) {
        var found = admin.describeTopics(List.of(wanted.name())).allTopicNames().get().get(wanted.name());
        assertThat(found.partitions()).as(wanted.name()).hasSize(2);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
        var settings = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        wanted.settings().forEach(
            (name, value) -> assertThat(settings.get(name).value()).as(wanted.name() + " " + name).isEqualTo(value));
        assertThat(settings.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
      }
    }
  }

  @Test
  void severalServicesMayStartAtOnceAndAgain() {
    var starting = new ArrayList<CompletableFuture<Void>>();
    for (int service = 0; service < 5; service++) {
      starting.add(CompletableFuture.runAsync(() -> new TopicSetup(clients(2)).ensure()));
    }

    assertThat(starting).allSatisfy(it -> assertThat(it).succeedsWithin(Duration.ofSeconds(60)));
    new TopicSetup(clients(2)).ensure();
  }

  @Test
  void anotherNumberOfPartitionsThanAtInstallIsRefusedByName() {
    new TopicSetup(clients(2)).ensure();

    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> new TopicSetup(clients(4)).ensure())
        .withMessageContaining("KAFKA_PARTITIONS").withMessageContaining("is 4").withMessageContaining("has 2");
  }

  @Test
  void aTopicThatLetsProducersChooseTheTimeIsRefusedByName() throws Exception {
    var clients = clients(2);
    new TopicSetup(clients).ensure();
    var topic = clients.topics().of(PipelineTopic.DOCUMENTS);

    set(clients, topic, "message.timestamp.type", "CreateTime");
    try {
      assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> new TopicSetup(clients).ensure())
          .withMessageContaining(topic).withMessageContaining("CreateTime").withMessageContaining("LogAppendTime");
    } finally {
      set(clients, topic, "message.timestamp.type", "LogAppendTime");
    }
  }

  @Test
  void aTopicMayTakeLargerRecordsAndKeepThemForLongerButNotSmallerOnes() throws Exception {
    var clients = clients(2);
    new TopicSetup(clients).ensure();
    var topic = clients.topics().of(PipelineTopic.CHUNKS);

    set(clients, topic, "max.message.bytes", String.valueOf(TopicNames.MAX_MESSAGE_BYTES + 1));
    set(clients, topic, "retention.ms", "-1");
    new TopicSetup(clients).ensure();
    set(clients, topic, "max.message.bytes", "1000000");
    try {
      assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> new TopicSetup(clients).ensure())
          .withMessageContaining("max.message.bytes=1000000");
    } finally {
      set(clients, topic, "retention.ms", String.valueOf(Duration.ofDays(7).toMillis()));
      set(clients, topic, "max.message.bytes", String.valueOf(TopicNames.MAX_MESSAGE_BYTES));
    }
  }

  private static void set(KafkaClients clients, String topic, String name, String value) throws Exception {
    try (var admin = clients.admin("test")) {
      var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      admin.incrementalAlterConfigs(Map.of(resource,
          List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)))).all().get();
      await().atMost(Duration.ofSeconds(10)).until(() -> admin.describeConfigs(List.of(resource)).all().get()
          .get(resource).get(name).value().equals(value));
    }
  }

  @Test
  void withoutABrokerTheStartFailsAsUnavailable() {
    var away = new KafkaClients(KafkaSettings.of("127.0.0.1:1", PREFIX, 1), new AvroCodec());

    assertThatExceptionOfType(SelfRagException.class).isThrownBy(() -> new TopicSetup(away).ensure())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE));
  }

  private KafkaClients clients(int partitions) {
    return new KafkaClients(KafkaSettings.of(SharedServers.bootstrapServers(), PREFIX, partitions), new AvroCodec());
  }
}
