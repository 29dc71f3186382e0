package io.selfrag.service.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Gives records up: to their topic's dead letters, with what a person needs to understand and replay them. */
public final class DeadLetterPublisher {
  private static final int MAX_MESSAGE_CHARS = 1000;

  private final Producer<byte[], byte[]> producer;
  private final TopicNames topics;
  private final AvroCodec codec;
  private final MeterRegistry meters;

  /**
   * @param producer not closed by this
   * @param meters gets {@code selfrag.deadletters}, by topic and code
   */
  public DeadLetterPublisher(Producer<byte[], byte[]> producer, KafkaClients clients, MeterRegistry meters) {
    this.meters = meters;
    this.producer = producer;
    this.topics = clients.topics();
    this.codec = clients.codec();
  }

  /**
   * Sends the record to the dead letters of its topic and waits for the acknowledgement: only then may the offset move on.
   *
   * @param stage order, parse, chunk, embed, index or project
   * @param message for a person; no secret, no document text
   * @param cause its stack goes into a header, cut
   * @param attempt how often it was tried
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}; the record is not lost, since its offset has not moved
   */
  public void publish(ConsumerRecord<byte[], Decoded> record, String stage, ErrorCode code, String message,
      @Nullable Throwable cause, int attempt) {
    byte[] value = switch (record.value()) {
      case Decoded.Value it -> codec.encode(it.message());
      case Decoded.Undecodable it -> it.bytes();
    };
    var letter = new ProducerRecord<byte[], byte[]>(topics.deadLettersOf(record.topic()), null, record.key(), value,
        record.headers());
    addHeaders(letter.headers(), record.topic(), record.partition(), record.offset(), stage, code, message, cause,
        attempt);
    addTimestamp(letter.headers(), record.timestamp());
    try {
      producer.send(letter).get(KafkaClients.DELIVERY_TIMEOUT_MS * 2L, TimeUnit.MILLISECONDS);
      meters.counter("selfrag.deadletters", "topic", record.topic(), "code", code.name()).increment();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "a dead letter could not be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while a dead letter was written", e);
    }
  }

  /** The headers of a dead letter, for those who write it themselves (in a Streams transaction). */
  public static void addHeaders(Headers headers, String topic, int partition, long offset, String stage, ErrorCode code,
      String message, @Nullable Throwable cause, int attempt) {
    put(headers, RecordHeaders.DLT_TOPIC, topic);
    put(headers, RecordHeaders.DLT_PARTITION, String.valueOf(partition));
    put(headers, RecordHeaders.DLT_OFFSET, String.valueOf(offset));
    put(headers, RecordHeaders.DLT_STAGE, stage);
    put(headers, RecordHeaders.DLT_CODE, code.name());
    put(headers, RecordHeaders.DLT_MESSAGE,
        message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS));
    put(headers, RecordHeaders.DLT_ATTEMPT, String.valueOf(attempt));
    if (cause != null) {
      put(headers, RecordHeaders.DLT_STACK, stack(cause));
    }
  }

  /** Says when the broker got the original. */
  public static void addTimestamp(Headers headers, long millis) {
    put(headers, RecordHeaders.DLT_TIMESTAMP, String.valueOf(millis));
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String stack(Throwable cause) {
    var text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text, true));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    // A character cut in half at the end becomes a replacement character, which does no harm in a stack trace.
    return bytes.length <= RecordHeaders.MAX_STACK_BYTES
        ? text.toString()
        : new String(bytes, 0, RecordHeaders.MAX_STACK_BYTES - 2, StandardCharsets.UTF_8);
  }
}
