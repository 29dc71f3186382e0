package io.selfrag.service.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What stands in topics, as text in which a secret would be found whatever is around it. */
public final class TopicTexts {
  private TopicTexts() {}

  /** Key and value of each record, and each of its headers, from the beginning of the topics that are asked for. */
  public static List<String> of(String bootstrapServers, Predicate<String> topics) {
    var texts = new ArrayList<String>();
    try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers), new ByteArrayDeserializer(),
        new ByteArrayDeserializer())) {
      var partitions = consumer.listTopics().entrySet().stream().filter(it -> topics.test(it.getKey()))
          .flatMap(it -> it.getValue().stream()).map(it -> new TopicPartition(it.topic(), it.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        consumer.poll(Duration.ofMillis(100)).forEach(it -> {
          texts.add(text(it.key()) + text(it.value()));
          it.headers().forEach(header -> texts.add(header.key() + text(header.value())));
        });
      }
    }
    return texts;
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
