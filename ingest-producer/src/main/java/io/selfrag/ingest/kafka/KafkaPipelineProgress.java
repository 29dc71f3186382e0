package io.selfrag.ingest.kafka;

import io.selfrag.catalog.intake.AcceptingRevisions.Horizon;
import io.selfrag.ingest.accept.PipelineProgress;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import reactor.core.publisher.Mono;

/** Asks the broker. */
public final class KafkaPipelineProgress implements PipelineProgress {
  private final Admin admin;
  private final TopicNames topics;
  private final int partitions;

  public KafkaPipelineProgress(Admin admin, TopicNames topics, int partitions) {
    this.admin = admin;
    this.topics = topics;
    this.partitions = partitions;
  }

  /**
   * Not the end of what is committed: order's progress may be seen a moment before the end of the transaction that holds its events.
   */
  @Override
  public Mono<Horizon> end(Reader reader) {
    var all = names(reader).stream()
        .flatMap(topic -> IntStream.range(0, partitions).mapToObj(partition -> new TopicPartition(topic, partition)))
        .collect(Collectors.toMap(it -> it, it -> OffsetSpec.latest()));
    return answer(() -> admin.listOffsets(all, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all())
        .map(KafkaPipelineProgress::horizon);
  }

  @Override
  public Reader readerOf(Horizon horizon) {
    var timeline = topics.of(PipelineTopic.DOCUMENT_EVENTS) + "/";
    return horizon.endOffsets().keySet().stream().allMatch(it -> it.startsWith(timeline))
        ? Reader.PROJECTION
        : Reader.ORDER;
  }

  @Override
  public Mono<Boolean> hasPassed(Horizon horizon) {
    var group = switch (readerOf(horizon)) {
      case ORDER -> topics.orderGroup();
      case PROJECTION -> topics.projectionGroup();
    };
    return answer(() -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .map(committed -> horizon.endOffsets().entrySet().stream()
            .allMatch(end -> end.getValue() == 0 || isPassed(committed, end.getKey(), end.getValue())));
  }

  private List<String> names(Reader reader) {
    return switch (reader) {
      case ORDER -> Stream.of(Lane.values()).map(lane -> topics.of(PipelineTopic.DOCUMENTS, lane)).toList();
      case PROJECTION -> List.of(topics.of(PipelineTopic.DOCUMENT_EVENTS));
    };
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
