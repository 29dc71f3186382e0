package io.selfrag.ingest.kafka;

import io.selfrag.catalog.intake.AcceptingRevisions.Horizon;
import io.selfrag.ingest.accept.OrderProgress;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import reactor.core.publisher.Mono;

/** Asks the broker. */
public final class KafkaOrderProgress implements OrderProgress {
  private final Admin admin;
  private final TopicNames topics;
  private final int partitions;

  public KafkaOrderProgress(Admin admin, TopicNames topics, int partitions) {
    this.admin = admin;
    this.topics = topics;
    this.partitions = partitions;
  }

  @Override
  public Mono<Horizon> endOffsets() {
    var all = Stream.of(Lane.values()).map(lane -> topics.of(PipelineTopic.DOCUMENTS, lane))
        .flatMap(topic -> IntStream.range(0, partitions).mapToObj(partition -> new TopicPartition(topic, partition)));
    return answer(() -> admin.listOffsets(all.collect(Collectors.toMap(it -> it, it -> OffsetSpec.latest()))).all())
        .map(KafkaOrderProgress::horizon);
  }

  @Override
  public Mono<Boolean> hasPassed(Horizon horizon) {
    return answer(() -> admin.listConsumerGroupOffsets(topics.orderGroup()).partitionsToOffsetAndMetadata())
        .map(committed -> horizon.endOffsets().entrySet().stream()
            .allMatch(end -> end.getValue() == 0 || isPassed(committed, end.getKey(), end.getValue())));
  }

  private static boolean isPassed(Map<TopicPartition, OffsetAndMetadata> committed, String place, long end) {
    int slash = place.lastIndexOf('/');
    var partition = new TopicPartition(place.substring(0, slash), Integer.parseInt(place.substring(slash + 1)));
    var offset = committed.get(partition);
    return offset != null && offset.offset() >= end;
  }

  private static Horizon horizon(Map<TopicPartition, ListOffsetsResultInfo> ends) {
    return new Horizon(ends.entrySet().stream().collect(
        Collectors.toMap(it -> it.getKey().topic() + "/" + it.getKey().partition(), it -> it.getValue().offset())));
  }

  private interface Question<T> {
    KafkaFuture<T> ask();
  }

  private static <T> Mono<T> answer(Question<T> question) {
    return Mono.fromFuture(() -> question.ask().toCompletionStage().toCompletableFuture(), true).onErrorMap(
        failure -> new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not answer", failure));
  }
}
