package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.trace.Spans;

/**
 * What order asks of the outside.
 *
 * @param retry waits out outages of the others
 */
public record OrderPorts(KnowledgeBaseLookup knowledgeBases, ExternalDocuments externalDocuments,
    ChangeAudit changeAudit,
    TransientRetry retry,
    StageHealth health, MeterRegistry meters, Spans spans) {}
