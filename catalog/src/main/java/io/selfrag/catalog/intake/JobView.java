package io.selfrag.catalog.intake;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * How far a job is.
 *
 * @param received lines or items read
 * @param rejected those refused before they became documents
 * @param complete false while the request that sends it is still open
 * @param cancelled what had not ended then is interrupted, and nothing more is taken
 * @param paused by an operator, alone or with the tenant's whole bulk lane
 * @param states how many revisions are in each state
 * @param finishedLately how many came to their end in the last minute
 */
public record JobView(UUID id, UUID knowledgeBaseId, long received, long rejected, boolean complete, boolean cancelled,
    boolean paused,
    Map<String, Long> states, long finishedLately, Instant createdAt, Instant updatedAt, Instant now) {
  public JobView {
    states = Map.copyOf(states);
  }
}
