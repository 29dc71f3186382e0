package io.selfrag.service.config;

import io.selfrag.schemas.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the brokers are and how our topics are named and cut.
 *
 * @param partitions of every topic; chosen at install, all topics have the same
 * @param client settings handed to every client as they are: {@code security.protocol}, {@code sasl.*}, {@code ssl.*};
 *        blank values are dropped
 */
@ConfigurationProperties("selfrag.kafka")
public record KafkaSettings(@DefaultValue("localhost:9092") String bootstrapServers,
    @DefaultValue("selfrag.") String topicPrefix, @DefaultValue("12") int partitions,
    @DefaultValue("1") short replication,
    @DefaultValue Map<String, String> client) {
  private static final List<String> PROTOCOLS = List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

  public KafkaSettings {
    if (!bootstrapServers.matches("[^\\s,:]+:\\d+(\\s*,\\s*[^\\s,:]+:\\d+)*")) {
      throw new ConfigurationException("KAFKA_BOOTSTRAP_SERVERS", "must be host:port, or several with commas between");
    }
    if (!topicPrefix.matches("[a-zA-Z0-9._-]{0,100}")) {
      throw new ConfigurationException("KAFKA_TOPIC_PREFIX", "may have letters, digits, dots, dashes and underscores");
    }
    if (partitions < 1 || partitions > 1000) {
      throw new ConfigurationException("KAFKA_PARTITIONS", "must be between 1 and 1000");
    }
    if (replication < 1) {
      throw new ConfigurationException("KAFKA_REPLICATION", "must be at least 1");
    }
    client = client.entrySet().stream().filter(it -> !it.getValue().isBlank())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    if (!PROTOCOLS.contains(client.getOrDefault("security.protocol", "PLAINTEXT"))) {
      throw new ConfigurationException("KAFKA_SECURITY_PROTOCOL", "must be one of " + String.join(", ", PROTOCOLS));
    }
    requireFile("KAFKA_SSL_TRUSTSTORE_LOCATION", client.get("ssl.truststore.location"));
    requireFile("KAFKA_SSL_KEYSTORE_LOCATION", client.get("ssl.keystore.location"));
  }

  private static void requireFile(String variable, @Nullable String path) {
    if (path != null && !Files.isReadable(Path.of(path))) {
      throw new ConfigurationException(variable, "must name a file that can be read");
    }
  }

  /** Settings with all defaults, for one broker. */
  public static KafkaSettings of(String bootstrapServers, String topicPrefix, int partitions) {
    return new KafkaSettings(bootstrapServers, topicPrefix, partitions, (short) 1, Map.of());
  }

  /** Without what the clients are given, for there are passwords in it. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + ", topicPrefix=" + topicPrefix + ", partitions=" + partitions
        + ", replication=" + replication + ", client=" + new TreeSet<>(client.keySet()) + "]";
  }

  /** Spells the names of the topics. */
  public TopicNames topics() {
    return new TopicNames(topicPrefix);
  }
}
