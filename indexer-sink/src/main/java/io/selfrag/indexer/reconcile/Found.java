package io.selfrag.indexer.reconcile;

import io.selfrag.catalog.reconcile.Finding;
import io.selfrag.catalog.reconcile.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a page came to. */
record Found(Tally tally, List<Finding> findings) {
  static final Found NOTHING = new Found(Tally.NONE, List.of());

  Found {
    findings = List.copyOf(findings);
  }

  Found plus(Found more) {
    return new Found(tally.plus(more.tally), Stream.concat(findings.stream(), more.findings.stream()).toList());
  }

  Found plus(Tally more) {
    return new Found(tally.plus(more), new ArrayList<>(findings));
  }
}
