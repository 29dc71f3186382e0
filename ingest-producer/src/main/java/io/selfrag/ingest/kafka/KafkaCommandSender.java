package io.selfrag.ingest.kafka;

import io.selfrag.ingest.accept.CommandSender;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Sends commands with an idempotent producer, keyed by document so that one document's commands keep their order. Failing fast:
 * once a send of a batch could not even be buffered, the rest of it is not tried, and while more bytes than {@link #MAX_WAITING_BYTES}
 * wait for their turn, none are added to them. What was not acknowledged in time counts as failed, and may still arrive (S3).
 */
public final class KafkaCommandSender implements CommandSender {
  /** What a broker that is away may pile up in front of the producer's own buffer. */
  static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

  private final Producer<String, SpecificRecord> producer;
  private final TopicNames topics;
  private final Scheduler scheduler;
  private final Duration ackLimit;
  private final AtomicLong waitingBytes = new AtomicLong();

  /**
   * @param scheduler on which {@code Producer.send} may block while the broker's metadata or buffer space is missing
   * @param ackLimit longest wait for the acknowledgement, that for a turn and for room in the producer's buffer included
   */
  public KafkaCommandSender(Producer<String, SpecificRecord> producer, TopicNames topics, Scheduler scheduler,
      Duration ackLimit) {
    this.producer = producer;
    this.topics = topics;
    this.scheduler = scheduler;
    this.ackLimit = ackLimit;
  }

  @Override
  public Mono<List<Optional<SelfRagException>>> send(List<Addressed> commands, Map<String, String> headers) {
    return Mono.defer(() -> {
      long bytes = commands.stream().mapToLong(KafkaCommandSender::inlineBytes).sum();
      if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES + bytes) {
        waitingBytes.addAndGet(-bytes);
        return Mono.just(Collections.nCopies(commands.size(), Optional.of(notConfirmed(null))));
      }
      long start = System.nanoTime();
      // The bytes are given back below the scheduler: what is refused or given up before its turn never runs on it.
      return Mono.fromCallable(() -> enqueue(commands, headers, start)).subscribeOn(scheduler)
          .doFinally(signal -> waitingBytes.addAndGet(-bytes)).timeout(ackLimit)
          .flatMap(sent -> acknowledged(sent, ackLimit.minusNanos(System.nanoTime() - start)))
          .onErrorMap(it -> it instanceof RejectedExecutionException || it instanceof TimeoutException,
              KafkaCommandSender::notConfirmed);
    });
  }

  private static Mono<List<Optional<SelfRagException>>> acknowledged(
      List<CompletableFuture<Optional<SelfRagException>>> sent, Duration left) {
    var late = Optional.of(notConfirmed(null));
    sent.forEach(it -> it.completeOnTimeout(late, Math.max(left.toMillis(), 0), TimeUnit.MILLISECONDS));
    return Mono.fromFuture(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)), true)
        .then(Mono.fromCallable(() -> sent.stream().map(CompletableFuture::resultNow).toList()));
  }

  private static long inlineBytes(Addressed command) {
    return command.command().getCommand() instanceof Upsert upsert
        && upsert.getContent() instanceof InlineContent inline ? inline.getBytes().remaining() : 0;
  }

  /** Nothing is sent after the time is over: when a command can have been sent at the latest is reckoned from its acceptance (S3). */
  private List<CompletableFuture<Optional<SelfRagException>>> enqueue(List<Addressed> commands,
      Map<String, String> headers, long start) {
    var answers = new ArrayList<CompletableFuture<Optional<SelfRagException>>>(commands.size());
    SelfRagException gaveUp = null;
    for (Addressed command : commands) {
      var answer = new CompletableFuture<Optional<SelfRagException>>();
      answers.add(answer);
      if (gaveUp == null && System.nanoTime() - start >= ackLimit.toNanos()) {
        gaveUp = notConfirmed(null);
      }
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
    return notConfirmed(failure);
  }

  private static SelfRagException notConfirmed(@Nullable Throwable cause) {
    return new SelfRagException(ErrorCode.BROKER_UNAVAILABLE,
        "the brokers did not confirm the document in time; it is safe to send it again with the same Idempotency-Key,"
            + " document_id or external_id",
        cause);
  }
}
