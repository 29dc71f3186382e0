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
 * @param headers of the last record of each document
 */
record IndexWork(FenceView fences, List<ChunkRow> admitted, Map<Version, Integer> announced, Map<Version, Verdict> late,
    Map<UUID, IndexChange.Delete> deletes, Map<UUID, IndexChange.Interrupt> interrupts, List<IndexChange.Patch> patches,
    List<IndexChange> ended, Map<UUID, Map<String, String>> headers) {

  static IndexWork decide(List<IndexChange> changes, FenceView locked) {
    var deletes = new LinkedHashMap<UUID, IndexChange.Delete>();
    var interrupts = new LinkedHashMap<UUID, IndexChange.Interrupt>();
    var patches = new ArrayList<IndexChange.Patch>();
    var ended = new LinkedHashSet<IndexChange>();
    var chunks = new LinkedHashMap<UUID, ChunkRow>();
    var headers = new HashMap<UUID, Map<String, String>>();
    var documents = new HashMap<>(locked.documents());
    for (IndexChange change : changes) {
      headers.put(change.documentId(), change.headers());
      if (change instanceof IndexChange.Chunk chunk) {
        chunks.put(chunk.row().id(), chunk.row());
        continue;
      }
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
          interrupts.merge(it.documentId(), it, (a, b) -> a.revision() >= b.revision() ? a : b);
          documents.put(it.documentId(), document.withInterrupted(it.revision(), it.attempt()));
        }
        case IndexChange.Patch it -> patches.add(it);
        case IndexChange.Chunk _ -> throw new IllegalStateException("chunks were sorted out above");
      }
    }
    var fences = new FenceView(locked.knowledgeBases(), documents, locked.revisions());
    var admitted = new ArrayList<ChunkRow>();
    var announced = new HashMap<Version, Integer>();
    var late = new LinkedHashMap<Version, Verdict>();
    for (ChunkRow chunk : chunks.values()) {
      var verdict = fences.verdict(chunk.version());
      if (verdict == Verdict.ADMIT) {
        admitted.add(chunk);
        announced.merge(chunk.version(), chunk.announced(), Math::max);
      } else if (verdict.isLate()) {
        late.put(chunk.version(), verdict);
      }
    }
    return new IndexWork(fences, admitted, announced, late, deletes, interrupts, patches, List.copyOf(ended), headers);
  }

  /** Versions of which every ordinal is there, oldest first, and may become live now. */
  List<Version> complete(Map<Version, Integer> present) {
    return announced.entrySet().stream().filter(it -> present.getOrDefault(it.getKey(), 0) >= it.getValue())
        .map(Map.Entry::getKey).sorted(Version.ORDER).toList();
  }

  /** Documents that are touched by what is written. */
  Set<UUID> patchedDocuments() {
    var ids = new LinkedHashSet<UUID>();
    patches.forEach(it -> ids.add(it.documentId()));
    return ids;
  }

  Map<String, String> headersOf(UUID document) {
    return headers.getOrDefault(document, Map.of());
  }

  private static boolean isOwn(DocumentFence document, IndexChange change) {
    return document.tenantId().equals(change.tenantId())
        && document.knowledgeBaseId().equals(change.knowledgeBaseId());
  }
}
