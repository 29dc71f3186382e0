package io.selfrag.catalog.reindex;

import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.GenerationClosed;
import io.selfrag.schemas.avro.KnowledgeBaseConfig;
import java.util.Map;

/** What the pipeline is told of generations, as records for the outbox. */
final class GenerationMessages {
  private final TopicNames topics;
  private final AvroCodec codec;

  GenerationMessages(TopicNames topics, AvroCodec codec) {
    this.topics = topics;
    this.codec = codec;
  }

  /** To every partition: nothing more is processed for it. */
  OutboxRecord closed(ReindexJob job, int generation) {
    var command = DocumentCommand.newBuilder().setTenantId(job.tenantId()).setKnowledgeBaseId(job.knowledgeBaseId())
        .setDocumentId(job.knowledgeBaseId()).setCommand(new GenerationClosed(generation)).build();
    return new OutboxRecord(topics.of(PipelineTopic.DOCUMENTS), null, codec.encode(command), Map.of());
  }

  OutboxRecord config(ReindexJob job, String name, int liveGeneration) {
    var config = new KnowledgeBaseConfig(job.tenantId(), job.knowledgeBaseId(), name, liveGeneration, false);
    return new OutboxRecord(topics.of(PipelineTopic.KNOWLEDGE_BASES), job.knowledgeBaseId().toString(),
        codec.encode(config), Map.of());
  }
}
