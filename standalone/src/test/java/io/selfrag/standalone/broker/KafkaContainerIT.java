package io.selfrag.standalone.broker;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Apache Kafka's own image, where a Docker engine and the image are there. Nothing is pulled unless
 * {@code SELFRAG_PULL_IMAGES=true}; {@code SELFRAG_KAFKA_IMAGE} names another image.
 */
class KafkaContainerIT extends BrokerContract {
  private static final Logger log = LoggerFactory.getLogger(KafkaContainerIT.class);
  private static final String IMAGE = System.getenv().getOrDefault("SELFRAG_KAFKA_IMAGE", "apache/kafka:4.3.1");

  private static KafkaContainer kafka;

  @BeforeAll
  static void start() {
    boolean docker = DockerClientFactory.instance().isDockerAvailable();
    runIf(docker, "no Docker engine answers");
    runIf(isPresent() || Boolean.parseBoolean(System.getenv("SELFRAG_PULL_IMAGES")),
        "the image " + IMAGE + " is not there; set SELFRAG_PULL_IMAGES=true to have it pulled");
    kafka = new KafkaContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"))
        .withEnv(Map.of("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false", "KAFKA_MESSAGE_MAX_BYTES", "9437184"));
    kafka.start();
  }

  private static void runIf(boolean condition, String otherwise) {
    if (!condition) {
      log.warn("SKIPPED: the broker contract against a container, for {}", otherwise);
      System.err.println("!!! SKIPPED KafkaContainerIT: " + otherwise);
    }
    Assumptions.assumeTrue(condition, "SKIPPED: " + otherwise);
  }

  private static boolean isPresent() {
    return DockerClientFactory.instance().client().listImagesCmd().exec().stream().anyMatch(
        image -> image.getRepoTags() != null && java.util.List.of(image.getRepoTags()).contains(IMAGE));
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.stop();
    }
  }

  @Override
  String bootstrapServers() {
    return kafka.getBootstrapServers();
  }
}
