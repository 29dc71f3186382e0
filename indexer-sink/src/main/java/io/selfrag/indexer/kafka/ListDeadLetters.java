package io.selfrag.indexer.kafka;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.DeadLetterRow;
import io.selfrag.catalog.index.DeadLetterRows;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.kafka.BatchHandler;
import io.selfrag.service.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists dead letters in PostgreSQL, so that they can be found, inspected and replayed. */
public final class ListDeadLetters implements BatchHandler<byte[]> {
  private static final Logger log = LoggerFactory.getLogger(ListDeadLetters.class);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final UUID NAMESPACE = new UUID(0x5e1f4a60dead1e77L, 0x8e77000000000001L);

  private final DeadLetterRows rows;
  private final AvroCodec codec;

  public ListDeadLetters(DeadLetterRows rows, AvroCodec codec) {
    this.rows = rows;
    this.codec = codec;
  }

  @Override
  public void handle(List<ConsumerRecord<byte[], byte[]>> batch) {
    StoreCalls.await(rows.add(batch.stream().map(this::row).toList()), DATABASE_TIMEOUT);
  }

  /** There is no dead letter of a dead letter: it stays in its topic, and this says where. */
  @Override
  public void giveUp(ConsumerRecord<byte[], byte[]> record, SelfRagException cause, int attempts) {
    TraceContext.of(record.headers()).on(log.atError()).addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset()).setCause(cause).log("dead letter not listed");
  }

  private DeadLetterRow row(ConsumerRecord<byte[], byte[]> record) {
    var headers = headers(record);
    var message = message(record.value());
    var place = record.topic() + "/" + record.partition() + "/" + record.offset();
    return new DeadLetterRow(Ids.uuidV5(NAMESPACE, place.getBytes(StandardCharsets.UTF_8)), record.topic(),
        record.partition(), record.offset(), id(message, "tenantId"), id(message, "knowledgeBaseId"),
        id(message, "documentId"), headers.getOrDefault(RecordHeaders.DLT_STAGE, "unknown"),
        headers.getOrDefault(RecordHeaders.DLT_CODE, "INTERNAL_ERROR"),
        headers.getOrDefault(RecordHeaders.DLT_MESSAGE, ""), (int) number(headers, RecordHeaders.DLT_ATTEMPT),
        headers.getOrDefault(RecordHeaders.DLT_TOPIC, record.topic()),
        (int) number(headers, RecordHeaders.DLT_PARTITION), number(headers, RecordHeaders.DLT_OFFSET), record.key(),
        record.value(), headers, Instant.ofEpochMilli(record.timestamp()));
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    var headers = new HashMap<String, String>();
    record.headers()
        .forEach(it -> headers.put(it.key(), it.value() == null ? "" : new String(it.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  private static long number(Map<String, String> headers, String name) {
    try {
      return Long.parseLong(headers.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0; // written by someone else; the letter is listed all the same
    }
  }

  private @Nullable SpecificRecord message(byte @Nullable [] value) {
    try {
      return value == null ? null : codec.decode(value);
    } catch (SelfRagException e) {
      return null; // that it cannot be read is why it is here
    }
  }

  private static @Nullable UUID id(@Nullable SpecificRecord message, String field) {
    if (message == null || message.getSchema().getField(field) == null) {
      return null;
    }
    return message.get(message.getSchema().getField(field).pos()) instanceof UUID id ? id : null;
  }
}
