package io.selfrag.bench.ledger;

import io.selfrag.catalog.ledger.LedgerCounts;
import io.selfrag.catalog.ledger.Violation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Outcome of a check.
 *
 * @param points in the vector store, of all tenants
 * @param acknowledged calls of the client that were compared
 */
public record LedgerReport(List<Violation> violations, LedgerCounts counts, long points, long acknowledged) {
  private static final int SHOWN = 30;

  public LedgerReport {
    violations = List.copyOf(violations);
  }

  public boolean isOk() {
    return violations.isEmpty();
  }

  /** One line of figures, then the violations, the first of them in full. */
  public String text() {
    var figures = String.format(Locale.ROOT,
        "%d documents (%d live, %d failed), %d revisions, %d chunk rows, %d vectors, %d points, %d dead letters, "
            + "%d purges waiting for their second run, %d acknowledged calls",
        counts.documents(), counts.liveDocuments(), counts.failedDocuments(), counts.revisions(), counts.chunks(),
        counts.vectors(), points, counts.deadLetters(), counts.waitingPurges(), acknowledged);
    if (isOk()) {
      return "OK: " + figures;
    }
    var first = violations.stream().limit(SHOWN).map(Violation::toString).collect(Collectors.joining("\n  "));
    return violations.size() + " violations: " + figures + "\n  " + first
        + (violations.size() > SHOWN ? "\n  …" : "");
  }
}
