package io.selfrag.query.operations.kafka;

import io.selfrag.query.operations.letters.ReplayLetters.LetterSender;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Sends records as they are. */
public final class ProducerLetterSender implements LetterSender {
  private final Producer<byte[], byte[]> producer;

  /** @param producer not closed by this */
  public ProducerLetterSender(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  @Override
  public Mono<Void> send(String topic, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
    var message = message(topic, key, value);
    headers.forEach((name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return Mono.<Void>create(sink -> {
      var _ = producer.send(message, (_, failure) -> {
        if (failure == null) {
          sink.success();
        } else {
          sink.error(failure);
        }
      });
    }).onErrorMap(KafkaException.class,
        e -> new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not take the record", e))
        // Sending waits for room and for the topic's description.
        .subscribeOn(Schedulers.boundedElastic());
  }

  // The client is not annotated: null keys and values are what bad records have.
  @SuppressWarnings("NullAway")
  private static ProducerRecord<byte[], byte[]> message(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key, value);
  }
}
