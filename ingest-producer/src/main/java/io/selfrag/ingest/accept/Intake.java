package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.Feeder;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For whom and how a batch comes in.
 *
 * @param bulk from a batch or bulk route: always the bulk lane
 * @param headers of every record that follows from it: request id and trace
 */
public record Intake(Feeder feeder, UUID tenantId, UUID knowledgeBaseId, boolean bulk,
    @Nullable UUID jobId, Map<String, String> headers) {
  public Intake {
    headers = Map.copyOf(headers);
  }
}
