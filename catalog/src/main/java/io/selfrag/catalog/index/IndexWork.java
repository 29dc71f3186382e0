package io.selfrag.catalog.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What is to be done with a batch under the locks, decided from rows alone.
 *
 * @param fences the locked rows, with this batch's tombstones and interruptions already in them
 * @param admitted chunks to be written, one of each id
 * @param announced chunks of each version that this batch may complete
 * @param late versions whose chunks came too late, and why
 * @param deletes highest of each document
 * @param interrupts highest of each document
 * @param patches in order, those of documents that exist
 * @param ended every delete and interrupt, those too that a higher one of the same batch makes pointless: each is a
 *     revision of its own that must end
 * @param overdue what was looked at again and needs more than a flip or an end as late
 * @param headers of the last record of each document
 */
record IndexWork(FenceView fences, List<ChunkRow> admitted, Map<Version, Integer> announced, Map<Version, Verdict> late,
    Map<UUID, IndexChange.Delete> deletes, Map<UUID, IndexChange.Interrupt> interrupts, List<IndexChange.Patch> patches,
    List<IndexChange> ended, Overdue overdue, Map<UUID, Map<String, String>> headers) {

  /**
   * Open revisions past their deadline.
   *
   * @param empty without a chunk: they fail
   * @param live already, but the ledger was never told
   * @param uncounted not cut into chunks yet: they go on waiting
   */
  record Overdue(List<Version> empty, List<Version> live, List<Version> uncounted) {}

  static IndexWork decide(List<IndexChange> changes, FenceView locked) {
    var deletes = new LinkedHashMap<UUID, IndexChange.Delete>();
    var interrupts = new LinkedHashMap<UUID, IndexChange.Interrupt>();
    var patches = new ArrayList<IndexChange.Patch>();
    var ended = new LinkedHashSet<IndexChange>();
    var headers = new HashMap<UUID, Map<String, String>>();
    var documents = new HashMap<>(locked.documents());
    for (IndexChange change : changes) {
      headers.put(change.documentId(), change.headers());
      var document = documents.get(change.documentId());
      if (document == null || !isOwn(document, change)) {
        continue;
      }
      switch (change) {
        case IndexChange.Delete it -> {
          ended.add(it);
          deletes.merge(it.documentId(), it, (a, b) -> a.revision() >= b.revision() ? a : b);
          documents.put(it.documentId(), document.withDeleted(it.revision()));
        }
        case IndexChange.Interrupt it -> {
          ended.add(it);
          interrupts.merge(it.documentId(), it, IndexWork::higher);
          documents.put(it.documentId(), document.withInterrupted(it.revision(), it.attempt()));
        }
        case IndexChange.Patch it -> patches.add(it);
        case IndexChange.Chunk _,IndexChange.Reconsider _ -> {
          // Judged below, by what all the others have made of the document.
        }
      }
    }
    var fences = new FenceView(locked.knowledgeBases(), documents, locked.revisions());
    var versions = new VersionsOfBatch(fences);
    changes.forEach(versions::judge);
    return new IndexWork(fences, List.copyOf(versions.admitted.values()), versions.announced, versions.late, deletes,
        interrupts, patches, List.copyOf(ended),
        new Overdue(versions.empty, versions.live, versions.uncounted), headers);
  }

  /** Versions of which every ordinal is there, oldest first, and may become live now. */
  List<Version> complete(Map<Version, Integer> present) {
    return announced.entrySet().stream().filter(it -> present.getOrDefault(it.getKey(), 0) >= it.getValue())
        .map(Map.Entry::getKey).sorted(Version.ORDER).toList();
  }

  /** Documents whose attributes somebody changed. */
  Set<UUID> patchedDocuments() {
    var ids = new LinkedHashSet<UUID>();
    patches.forEach(it -> ids.add(it.documentId()));
    return ids;
  }

  Map<String, String> headersOf(UUID document) {
    return headers.getOrDefault(document, Map.of());
  }

  private static IndexChange.Interrupt higher(IndexChange.Interrupt a, IndexChange.Interrupt b) {
    int byRevision = Long.compare(a.revision(), b.revision());
    return (byRevision != 0 ? byRevision : Integer.compare(a.attempt(), b.attempt())) >= 0 ? a : b;
  }

  private static boolean isOwn(DocumentFence document, IndexChange change) {
    return document.tenantId().equals(change.tenantId())
        && document.knowledgeBaseId().equals(change.knowledgeBaseId());
  }

  /** Sorts chunks and overdue revisions by what the fences say of their versions. */
  private static final class VersionsOfBatch {
    private final FenceView fences;
    private final Map<UUID, ChunkRow> admitted = new LinkedHashMap<>();
    private final Map<Version, Integer> announced = new HashMap<>();
    private final Map<Version, Verdict> late = new LinkedHashMap<>();
    private final List<Version> empty = new ArrayList<>();
    private final List<Version> live = new ArrayList<>();
    private final List<Version> uncounted = new ArrayList<>();

    VersionsOfBatch(FenceView fences) {
      this.fences = fences;
    }

    void judge(IndexChange change) {
      switch (change) {
        case IndexChange.Chunk(ChunkRow row, var _) -> {
          if (isAdmitted(row.version())) {
            admitted.putIfAbsent(row.id(), row);
            announced.merge(row.version(), row.announced(), Math::max);
          }
        }
        case IndexChange.Reconsider(Version version, Integer count) -> {
          if (fences.verdict(version) == Verdict.ALREADY_LIVE && !fences.hasEnded(version)) {
            live.add(version);
          } else if (isAdmitted(version)) {
            if (count == null) {
              uncounted.add(version);
            } else if (count == 0) {
              empty.add(version);
            } else {
              announced.merge(version, count, Math::max);
            }
          }
        }
        case IndexChange.Delete _,IndexChange.Interrupt _,IndexChange.Patch _ -> {
          // Not about one version.
        }
      }
    }

    private boolean isAdmitted(Version version) {
      var verdict = fences.verdict(version);
      if (verdict.isLate()) {
        late.put(version, verdict);
      }
      return verdict == Verdict.ADMIT;
    }
  }
}
