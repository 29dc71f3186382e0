package io.selfrag.catalog.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of the vector store with the rows, as it was asked for and as far as it has come.
 *
 * @param tenantId null: every tenant
 * @param state {@code waiting}, {@code running}, {@code done} or {@code failed}
 * @param phase {@code rows}, {@code points} or {@code ledger}
 * @param findings the first hundred
 * @param error why it failed
 * @param requestedBy name of the operator's token
 */
public record Reconciliation(UUID id, Mode mode, @Nullable UUID tenantId, String state, Phase phase, Place place,
    Tally tally, List<Finding> findings, @Nullable String error, String requestedBy, Instant createdAt,
    @Nullable Instant startedAt, Instant updatedAt, @Nullable Instant finishedAt) {
  public Reconciliation {
    findings = List.copyOf(findings);
  }

  /** What is done about what is found. */
  public enum Mode {
    /** It is reported. */
    REPORT,
    /** It is set right. */
    REPAIR,
    /** Every point is written anew, without asking the store what it holds; what should not be there is deleted. */
    REBUILD
  }

  /** What is gone through, in this order. */
  public enum Phase {
    /** Chunk rows, each of which needs its point. */
    ROWS,
    /** Points, each of which needs its row. */
    POINTS,
    /** The tables among themselves. */
    LEDGER
  }
}
