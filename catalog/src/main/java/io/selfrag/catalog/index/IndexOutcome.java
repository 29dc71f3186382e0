package io.selfrag.catalog.index;

import java.util.List;
import java.util.Map;

/**
 * What a batch came to.
 *
 * @param flipped versions that are live now
 * @param withheld versions that are complete and wait for the switch of generations (S19)
 * @param late versions that came too late, and why
 * @param incomplete versions that wait for more of their chunks
 */
public record IndexOutcome(List<Version> flipped, List<Version> withheld, Map<Version, Verdict> late,
    List<Version> incomplete) {
  public IndexOutcome {
    flipped = List.copyOf(flipped);
    withheld = List.copyOf(withheld);
    late = Map.copyOf(late);
    incomplete = List.copyOf(incomplete);
  }
}
