package io.selfrag.query.operations.letters;

import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.catalog.deadletters.StoredLetter;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.RetryStanding;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.service.trace.TraceContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays dead letters, each any number of times with the same result (I9). A version that failed is processed again as a whole,
 * under a higher attempt, since its chunks of the attempt that failed are fenced off; a command goes to the order as it was, and
 * in its old place, so that it overtakes nothing newer; anything else is sent again as it was.
 */
public final class ReplayLetters {
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {
  };
  private static final int MICROS_PER_MILLI = 1000;

  private final DeadLetterQueries letters;
  private final DocumentChanges documents;
  private final LetterSender sender;
  private final Set<String> topics;
  private final AvroCodec codec;
  private final JsonMapper json;

  public ReplayLetters(DeadLetterQueries letters, DocumentChanges documents, LetterSender sender, AvroCodec codec,
      JsonMapper json, TopicNames names) {
    this.topics = names.definitions(1, (short) 1).stream().map(TopicNames.Definition::name)
        .filter(it -> !names.isDeadLetters(it)).collect(Collectors.toSet());
    this.letters = letters;
    this.documents = documents;
    this.sender = sender;
    this.codec = codec;
    this.json = json;
  }

  /** Sends records to the broker. */
  @FunctionalInterface
  public interface LetterSender {
    /** Completes once the broker has it; {@code BROKER_UNAVAILABLE}. */
    Mono<Void> send(String topic, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers);
  }

  /**
   * Replays one: {@code REPLAYED}, or {@code SKIPPED} with the reason.
   *
   * @throws SelfRagException {@code DEAD_LETTER_NOT_FOUND}, {@code QUOTA_EXCEEDED}, {@code BROKER_UNAVAILABLE}, or
   *     {@code INVALID_STATUS} where a header names an origin that is none
   */
  public Mono<LetterResult> replay(UUID id) {
    return stored(id).flatMap(letter -> replay(letter, read(letter)))
        .flatMap(result -> letters.markReplayed(id).thenReturn(result));
  }

  /** What {@link #replay} would do; nothing is done. Fails like it, but for what only doing it can show. */
  public Mono<LetterResult> plan(UUID id) {
    return stored(id).flatMap(letter -> {
      var record = read(letter);
      var subject = record.subject();
      return subject == null || record.isCommand() || subject.revision() == null
          ? origin(letter).thenReturn(LetterResult.wouldReplay(id))
          : documents.standing(subject.tenantId(), subject.documentId(), subject.revision())
              .map(standing -> standing == RetryStanding.RETRYABLE
                  ? LetterResult.wouldReplay(id)
                  : LetterResult.skipped(id, standing));
    });
  }

  private Mono<StoredLetter> stored(UUID id) {
    return letters.stored(id).switchIfEmpty(
        Mono.error(() -> new SelfRagException(ErrorCode.DEAD_LETTER_NOT_FOUND, "there is no such dead letter")));
  }

  private record ReadLetter(Map<String, String> headers, @Nullable SpecificRecord message,
      @Nullable LetterSubject subject) {
    boolean isCommand() {
      return subject != null && subject.isCommand();
    }
  }

  private ReadLetter read(StoredLetter letter) {
    var message = message(letter.value());
    return new ReadLetter(json.readValue(letter.headers(), HEADERS), message,
        message == null ? null : LetterSubject.of(message));
  }

  private Mono<LetterResult> replay(StoredLetter letter, ReadLetter record) {
    var headers = record.headers();
    var subject = record.subject();
    if (record.message() == null || subject == null) {
      return send(letter, letter.value(), headers);
    }
    var command = record.message() instanceof DocumentCommand it ? it : null;
    var revision = command == null ? subject.revision() : placeOf(command, letter, headers);
    if (revision == null) {
      return send(letter, letter.value(), headers);
    }
    var trace = new TraceContext(headers.get(RecordHeaders.TRACEPARENT), headers.get(RecordHeaders.REQUEST_ID));
    var again = documents.retry(subject.tenantId(), subject.documentId(), revision, trace.asMap());
    return command == null
        ? again.map(_ -> LetterResult.replayed(letter.id()))
            .switchIfEmpty(documents.standing(subject.tenantId(), subject.documentId(), revision)
                .map(standing -> LetterResult.skipped(letter.id(), standing)))
        : again.then(command(subject, command, revision, letter, headers));
  }

  /** A document that the catalog knows keeps its order by the revision; one that it does not is introduced by having none. */
  private Mono<LetterResult> command(LetterSubject subject, DocumentCommand command, long revision, StoredLetter letter,
      Map<String, String> headers) {
    if (command.getRevision() != null) {
      return send(letter, letter.value(), headers);
    }
    return documents.exists(subject.tenantId(), subject.documentId()).flatMap(known -> send(letter,
        known ? codec.encode(DocumentCommand.newBuilder(command).setRevision(revision).build()) : letter.value(),
        headers));
  }

  /** The revision of a command, its own or the one that followed from its arrival (S1). */
  private static Long placeOf(DocumentCommand command, StoredLetter letter, Map<String, String> headers) {
    if (command.getRevision() != null) {
      return command.getRevision();
    }
    var arrived = headers.get(RecordHeaders.DLT_TIMESTAMP);
    long millis = arrived == null || !arrived.matches("\\d{1,18}")
        ? letter.createdAt().toEpochMilli()
        : Long.parseLong(arrived);
    return millis * MICROS_PER_MILLI + letter.originalOffset() % MICROS_PER_MILLI;
  }

  private Mono<LetterResult> send(StoredLetter letter, byte @Nullable [] value, Map<String, String> headers) {
    var kept = new HashMap<>(headers);
    kept.keySet().removeIf(RecordHeaders::isOfDeadLetter);
    return origin(letter).then(sender.send(letter.originalTopic(), letter.key(), value, kept))
        .thenReturn(LetterResult.replayed(letter.id()));
  }

  private Mono<Void> origin(StoredLetter letter) {
    return topics.contains(letter.originalTopic())
        ? Mono.empty()
        : Mono.error(new SelfRagException(ErrorCode.INVALID_STATUS, "it is from no topic of the pipeline"));
  }

  private @Nullable SpecificRecord message(byte @Nullable [] value) {
    try {
      return value == null ? null : codec.decode(value);
    } catch (SelfRagException e) {
      return null; // that it cannot be read may be why it is here
    }
  }
}
