package io.selfrag.indexer.kafka;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.EventProjection;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.service.kafka.BatchHandler;
import io.selfrag.service.kafka.DeadLetterPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Projects a batch of the timeline (S14). */
public final class ProjectBatch implements BatchHandler<Decoded> {
  private static final String STAGE = "project";
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final EventProjection projection;
  private final DeadLetterPublisher deadLetters;

  public ProjectBatch(EventProjection projection, DeadLetterPublisher deadLetters) {
    this.projection = projection;
    this.deadLetters = deadLetters;
  }

  @Override
  public void handle(List<ConsumerRecord<byte[], Decoded>> batch) {
    var events = new ArrayList<DocumentEvent>();
    var refused = new ArrayList<ConsumerRecord<byte[], Decoded>>();
    for (var record : batch) {
      if (record.value() instanceof Decoded.Value(DocumentEvent event)) {
        events.add(event);
      } else {
        refused.add(record);
      }
    }
    StoreCalls.await(projection.project(events), DATABASE_TIMEOUT);
    // Last, so that an outage of the database does not give the same records up again and again.
    refused
        .forEach(it -> giveUp(it, new SelfRagException(ErrorCode.UNDECODABLE, "the record is no event of a document"),
            1));
  }

  @Override
  public void giveUp(ConsumerRecord<byte[], Decoded> record, SelfRagException cause, int attempts) {
    deadLetters.publish(record, STAGE, cause.code(), cause.detail(), cause, attempts);
  }
}
