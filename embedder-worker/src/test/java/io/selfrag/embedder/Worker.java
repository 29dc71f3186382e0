package io.selfrag.embedder;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.embedder.kafka.ChunkConsumers;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.TopicSetup;
import io.selfrag.service.start.ServiceStart;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** The worker on a real broker and Redis, with topics of its own; it can be stopped and started again. */
final class Worker implements AutoCloseable {
  private static final int PARTITIONS = 2;

  final KafkaClients clients;
  private final Map<String, Object> properties = new HashMap<>();
  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private @Nullable ConfigurableApplicationContext context;

  /** As it is installed, on the in-process models. */
  Worker() {
    this(Map.of());
  }

  /** With settings that win over the defaults. */
  Worker(Map<String, Object> overrides) {
    var prefix = "embedder-" + UUID.randomUUID() + ".";
    clients = new KafkaClients(KafkaSettings.of(SharedServers.bootstrapServers(), prefix, PARTITIONS), new AvroCodec());
    properties.putAll(Map.of("selfrag.kafka.bootstrap-servers", SharedServers.bootstrapServers(),
        "selfrag.kafka.topic-prefix", prefix, "selfrag.kafka.partitions", PARTITIONS, "selfrag.redis.url",
        SharedServers.redisUrl()));
    properties.putAll(overrides);
    new TopicSetup(clients).ensure(); // records may be sent before the first start
    producer = clients.rawProducer(prefix + "test");
    admin = clients.admin(prefix + "test");
  }

  /** Settings that make it use a model server, one text a call and one call at once. */
  static Map<String, Object> against(ModelServer server, int batchRecords) {
    return Map.of("selfrag.embedding.provider", "ollama", "selfrag.embedding.base-url", server.url(),
        "selfrag.embedding.model", ModelServer.MODEL, "selfrag.embedding.dimension", ModelServer.DIMENSION,
        "selfrag.embedding.timeout", "1s", "selfrag.embedder.piece-texts", 1, "selfrag.embedder.concurrency", 1,
        // A second consumer would join while the first works: partitions that move are done again in part.
        "selfrag.embedder.consumers", 1, "selfrag.embedder.batch-records", batchRecords);
  }

  void start() {
    context = ServiceStart.context(List.of(EmbedderWorkerApplication.SERVICE), WebApplicationType.NONE, false,
        properties, List.of());
  }

  void stop() {
    var running = context;
    context = null;
    if (running != null) {
      running.close();
    }
  }

  StageHealth health() {
    return context.getBean("embedderHealth", StageHealth.class);
  }

  /** Texts that were looked up in the cache since this start, by what came of it. */
  double cache(String result) {
    return context.getBean(MeterRegistry.class).get("selfrag.embed.cache").tag("result", result).counter().count();
  }

  void send(Lane lane, Iterable<Chunk> chunks, Map<String, String> headers) {
    for (Chunk chunk : chunks) {
      sendBytes(lane, chunk.getChunkId().toString(), clients.codec().encode(chunk), headers);
    }
    producer.flush();
  }

  void sendBytes(Lane lane, String key, byte[] value, Map<String, String> headers) {
    var record = new ProducerRecord<>(topic(PipelineTopic.CHUNKS, lane), key.getBytes(StandardCharsets.UTF_8), value);
    headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    var _ = producer.send(record);
  }

  String topic(PipelineTopic topic, Lane lane) {
    return topic == PipelineTopic.DOCUMENT_EVENTS ? clients.topics().of(topic) : clients.topics().of(topic, lane);
  }

  List<EmbeddedChunk> embedded(Lane lane) {
    return records(topic(PipelineTopic.EMBEDDED_CHUNKS, lane)).stream()
        .map(it -> (EmbeddedChunk) clients.codec().decode(it.value())).toList();
  }

  List<Integer> embeddedOrdinals(Lane lane) {
    return embedded(lane).stream().map(EmbeddedChunk::getOrdinal).sorted().toList();
  }

  List<ConsumerRecord<byte[], byte[]>> deadLetters(Lane lane) {
    return records(clients.topics().deadLettersOf(topic(PipelineTopic.CHUNKS, lane)));
  }

  List<DocumentEvent> events() {
    return records(clients.topics().of(PipelineTopic.DOCUMENT_EVENTS)).stream()
        .map(it -> (DocumentEvent) clients.codec().decode(it.value())).toList();
  }

  /** What the topic holds now. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<>(clients.consumerConfig("none", "records"), new ByteArrayDeserializer(),
        new ByteArrayDeserializer())) {
      var partitions = consumer.partitionsFor(topic).stream().map(it -> new TopicPartition(topic, it.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
      }
    }
    return records;
  }

  /** Chunks of the lane that are committed as done. */
  long committed(Lane lane) {
    return get(admin.listConsumerGroupOffsets(ChunkConsumers.group(clients, lane)).partitionsToOffsetAndMetadata()
        .toCompletionStage().toCompletableFuture()).values().stream().mapToLong(OffsetAndMetadata::offset).sum();
  }

  /** While it is stopped: lets it read the lane from its beginning again. */
  void rewind(Lane lane) {
    var group = ChunkConsumers.group(clients, lane);
    var beginnings = get(
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().toCompletionStage().toCompletableFuture())
        .keySet().stream().collect(Collectors.toMap(it -> it, _ -> new OffsetAndMetadata(0)));
    get(admin.alterConsumerGroupOffsets(group, beginnings).all().toCompletionStage().toCompletableFuture());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
    producer.close();
    admin.close();
  }
}
