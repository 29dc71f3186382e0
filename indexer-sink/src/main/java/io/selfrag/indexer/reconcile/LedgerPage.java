package io.selfrag.indexer.reconcile;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.ledger.Violation;
import io.selfrag.catalog.reconcile.CounterRepair;
import io.selfrag.catalog.reconcile.Finding;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Tally;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One rule of the ledger. Counters are set right; anything else is reported, since only a person can say which of two rows that
 * contradict each other is the right one.
 */
final class LedgerPage {
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final int MOST = 1000;

  private final LedgerQueries ledger;
  private final CounterRepair counters;

  LedgerPage(LedgerQueries ledger, CounterRepair counters) {
    this.ledger = ledger;
    this.counters = counters;
  }

  Found check(String rule, @Nullable UUID tenant, Mode mode) {
    List<Violation> violations;
    try {
      violations = StoreCalls.get(ledger.standing(rule, tenant, MOST), DATABASE_TIMEOUT);
    } catch (SelfRagException e) {
      if (!e.isTransient()) {
        throw e;
      }
      // A database that is away fails the note of this too, and the rule is tried again; one that is merely large does not.
      return new Found(Tally.NONE, List.of(new Finding("not_checked", new UUID(0, 0),
          "the rule " + rule + " could not be checked within " + DATABASE_TIMEOUT.toSeconds() + " s: " + e.detail())));
    }
    long miscounted = violations.stream().filter(it -> repair(it) != null).count();
    long repaired = 0;
    if (mode != Mode.REPORT) {
      for (Violation it : violations) {
        var repair = repair(it);
        if (repair != null) {
          StoreCalls.await(repair, DATABASE_TIMEOUT);
          repaired++;
        }
      }
    }
    return new Found(Tally.ofLedger(miscounted, violations.size() - miscounted), violations.stream()
        .map(it -> new Finding(it.rule().toLowerCase(Locale.ROOT), it.subject(), it.detail())).toList())
        .plus(Tally.ofRepairs(repaired));
  }

  private @Nullable Mono<Void> repair(Violation violation) {
    return switch (violation.rule()) {
      case "WRONG_KNOWLEDGE_BASE_COUNTERS" -> counters.ofKnowledgeBase(violation.subject());
      case "WRONG_TENANT_COUNTERS", "WRONG_KB_COUNT" -> counters.ofTenant(violation.subject());
      default -> null;
    };
  }
}
