package io.selfrag.ingest.kafka;

import io.selfrag.ingest.accept.CommandSender;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Sends commands with an idempotent producer, keyed by document so that one document's commands keep their order. Failing fast:
 * once a send of a batch could not even be buffered, the rest of it is not tried.
 */
public final class KafkaCommandSender implements CommandSender {
  private final Producer<String, SpecificRecord> producer;
  private final TopicNames topics;
  private final Scheduler scheduler;

  /**
   * @param scheduler on which {@code Producer.send} may block while the broker's metadata or buffer space is missing
   */
  public KafkaCommandSender(Producer<String, SpecificRecord> producer, TopicNames topics, Scheduler scheduler) {
    this.producer = producer;
    this.topics = topics;
    this.scheduler = scheduler;
  }

  @Override
  public Mono<List<Optional<SelfRagException>>> send(List<Addressed> commands, Map<String, String> headers) {
    return Mono.fromCallable(() -> enqueue(commands, headers)).subscribeOn(scheduler)
        .flatMap(answers -> Mono.fromFuture(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)), true)
            .then(Mono.fromCallable(() -> answers.stream().map(CompletableFuture::resultNow).toList())));
  }

  private List<CompletableFuture<Optional<SelfRagException>>> enqueue(List<Addressed> commands,
      Map<String, String> headers) {
    var answers = new ArrayList<CompletableFuture<Optional<SelfRagException>>>(commands.size());
    SelfRagException gaveUp = null;
    for (Addressed command : commands) {
      var answer = new CompletableFuture<Optional<SelfRagException>>();
      answers.add(answer);
      if (gaveUp != null) {
        answer.complete(Optional.of(gaveUp));
        continue;
      }
      try {
        var _ = producer.send(toRecord(command, headers), (metadata, failure) -> answer
            .complete(failure == null ? Optional.empty() : Optional.of(translate(failure))));
      } catch (KafkaException e) {
        gaveUp = translate(e);
        answer.complete(Optional.of(gaveUp));
      }
    }
    return answers;
  }

  private ProducerRecord<String, SpecificRecord> toRecord(Addressed command, Map<String, String> headers) {
    var message = new ProducerRecord<String, SpecificRecord>(topics.of(PipelineTopic.DOCUMENTS, command.lane()),
        command.command().getDocumentId().toString(), command.command());
    headers.forEach((name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return message;
  }

  private static SelfRagException translate(Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      return new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE, "the document's command is too large", failure);
    }
    return new SelfRagException(ErrorCode.BROKER_UNAVAILABLE,
        "the brokers did not confirm the document in time; it is safe to send it again with the same Idempotency-Key,"
            + " document_id or external_id",
        failure);
  }
}
