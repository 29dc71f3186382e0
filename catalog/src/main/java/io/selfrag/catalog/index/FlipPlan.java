package io.selfrag.catalog.index;

import io.selfrag.catalog.index.Counters.Change;
import io.selfrag.catalog.index.DocumentRows.Hidden;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which versions become live in this transaction.
 *
 * @param versions in the order of {@link Version#ORDER}, at most one of each document and generation
 * @param withheld complete and for queries to see, but their knowledge base switches generations just now (S19)
 * @param overtaken complete, but a newer version of this batch is complete as well
 * @param incomplete with ordinals missing
 */
record FlipPlan(List<Version> versions, List<Version> withheld, List<Version> overtaken, List<Version> incomplete,
    Map<Version, Integer> announced, FenceView fences) {

  static FlipPlan of(IndexWork work, Map<Version, Integer> present) {
    var newest = new LinkedHashMap<List<Object>, Version>();
    var overtaken = new ArrayList<Version>();
    var complete = work.complete(present);
    for (Version version : complete) {
      var before = newest.put(List.of(version.documentId(), version.generation()), version);
      if (before != null) {
        overtaken.add(before);
      }
    }
    var flips = new ArrayList<Version>();
    var withheld = new ArrayList<Version>();
    for (Version version : newest.values()) {
      var knowledgeBase = Objects.requireNonNull(work.fences().knowledgeBase(version.knowledgeBaseId()));
      boolean waits = knowledgeBase.withholdsFlips() && work.fences().isLiveGeneration(version);
      (waits ? withheld : flips).add(version);
    }
    var incomplete = new ArrayList<>(work.overdue().uncounted());
    work.announced().keySet().stream().filter(it -> !complete.contains(it)).sorted(Version.ORDER)
        .forEach(incomplete::add);
    return new FlipPlan(flips, withheld, overtaken, incomplete, work.announced(), work.fences());
  }

  int chunkCount(Version version) {
    return Objects.requireNonNull(announced.get(version));
  }

  List<Integer> chunkCounts() {
    return versions.stream().map(this::chunkCount).toList();
  }

  /** 1 for each version that users see a new number of. */
  List<Integer> raises() {
    return versions.stream().map(it -> isSeenByQueries(it) ? 1 : 0).toList();
  }

  boolean isSeenByQueries(Version version) {
    return fences.isLiveGeneration(version);
  }

  /** What becomes of the counters, given what this batch's tombstones have hidden before. */
  Change counterChange(Version version, Collection<Hidden> hidden) {
    var document = fences.document(version.documentId());
    var before = document == null ? null : document.live().get(version.generation());
    boolean buried = hidden.stream()
        .anyMatch(it -> it.documentId().equals(version.documentId()) && it.generation() == version.generation());
    return before == null || buried
        ? new Change(1, chunkCount(version))
        : new Change(0, (long) chunkCount(version) - before.chunkCount());
  }

  /** Late versions and those that were overtaken within the batch. */
  Map<Version, Verdict> allLate(Map<Version, Verdict> late) {
    var all = new HashMap<>(late);
    overtaken.forEach(it -> all.put(it, Verdict.SUPERSEDED));
    return all;
  }
}
