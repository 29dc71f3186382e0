package io.selfrag.query.knowledgebases;

import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.catalog.tenant.KnowledgeBase;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.CollectionDeleted;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.GenerationOpened;
import io.selfrag.schemas.avro.KnowledgeBaseConfig;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.service.trace.TraceContext;
import java.util.UUID;

/** What the pipeline is told of knowledge bases, as records for the outbox. */
public final class PipelineMessages {
  private final AvroCodec codec;
  private final TopicNames topics;

  public PipelineMessages(AvroCodec codec, TopicNames topics) {
    this.codec = codec;
    this.topics = topics;
  }

  /** What is not versioned of it. */
  OutboxRecord config(KnowledgeBase base, boolean deleted, TraceContext trace) {
    return new OutboxRecord(topics.of(PipelineTopic.KNOWLEDGE_BASES), base.id().toString(),
        codec.encode(new KnowledgeBaseConfig(base.tenantId(), base.id(), base.name(), base.liveGeneration(), deleted)),
        trace.asMap());
  }

  /** To every partition: its documents are forgotten. */
  OutboxRecord deleted(UUID tenantId, UUID knowledgeBaseId, TraceContext trace) {
    return toAll(tenantId, knowledgeBaseId, new CollectionDeleted(), trace);
  }

  /** To every partition: how a generation without documents is processed from now on. */
  OutboxRecord opened(UUID tenantId, UUID knowledgeBaseId, int generation, ProcessingSpec spec, TraceContext trace) {
    return toAll(tenantId, knowledgeBaseId, new GenerationOpened(generation, spec, false), trace);
  }

  /** To every partition: from now on it is processed for this generation too, and so is what is known already. */
  OutboxRecord filling(UUID tenantId, UUID knowledgeBaseId, int generation, ProcessingSpec spec, TraceContext trace) {
    return toAll(tenantId, knowledgeBaseId, new GenerationOpened(generation, spec, true), trace);
  }

  private OutboxRecord toAll(UUID tenantId, UUID knowledgeBaseId, Object command, TraceContext trace) {
    var message = DocumentCommand.newBuilder().setTenantId(tenantId).setKnowledgeBaseId(knowledgeBaseId)
        .setDocumentId(knowledgeBaseId).setCommand(command).build();
    return new OutboxRecord(topics.of(PipelineTopic.DOCUMENTS), null, codec.encode(message), trace.asMap());
  }
}
