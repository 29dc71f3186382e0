package io.selfrag.query.retrieve;

import io.selfrag.query.retrieve.Retriever.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Puts parents in the place of the chunks that were found, each once, where its best chunk was; for knowledge bases that are searched
 * by {@code parent_document}. Pure.
 */
final class Parents {
  /** System field of what chunks were found in a parent. */
  static final String MATCHED = "matched_chunk_ids";

  private Parents() {}

  /** @param hits best first, with as many neighbours as parents are wide */
  static List<Retrieval.Hit> of(List<Retrieval.Hit> hits, Map<UUID, SearchPlan.Searched> bases) {
    var parents = new LinkedHashMap<Retrieval.Hit, List<UUID>>();
    for (Retrieval.Hit hit : hits) {
      var base = bases.get(hit.passage().knowledgeBaseId());
      if (base == null || base.retriever().kind() != Kind.PARENT_DOCUMENT) {
        parents.put(hit, List.of());
        continue;
      }
      var parent = parents.entrySet().stream()
          .filter(it -> !it.getValue().isEmpty() && holds(it.getKey().passage(), hit.passage(), base)).findFirst();
      if (parent.isPresent()) {
        parent.get().getValue().add(hit.passage().chunkId());
      } else {
        parents.put(hit, new ArrayList<>(List.of(hit.passage().chunkId())));
      }
    }
    return parents.entrySet().stream().map(it -> it.getValue().isEmpty()
        ? it.getKey()
        : shown(it.getKey(), it.getValue(), bases.get(it.getKey().passage().knowledgeBaseId()))).toList();
  }

  /** What hydration gives as the text of a chunk that has a parent is the parent's. */
  private static boolean holds(Passage parent, Passage chunk, SearchPlan.Searched base) {
    return parent.documentId().equals(chunk.documentId()) && (base.hasParents()
        ? parent.text().equals(chunk.text())
        : Math.abs(parent.ordinal() - chunk.ordinal()) <= base.retriever().window());
  }

  private static Retrieval.Hit shown(Retrieval.Hit hit, List<UUID> chunks,
      SearchPlan.@org.jspecify.annotations.Nullable Searched base) {
    var child = hit.passage();
    boolean isWhole = base != null && base.hasParents();
    var text = isWhole
        ? child.text()
        : child.whole();
    var metadata = new HashMap<String, Object>(child.metadata());
    metadata.put(MATCHED, chunks.stream().map(UUID::toString).toList());
    return new Retrieval.Hit(new Passage(child.chunkId(), child.knowledgeBaseId(), child.documentId(), child.ordinal(),
        text, child.title(), metadata, child.pageFrom(), child.pageTo(), child.headingPath(), child.charStart(),
        child.charEnd(), child.version(), isWhole ? child.before() : List.of(), isWhole ? child.after() : List.of()),
        hit.candidate(), hit.rerank(), hit.ofAnotherTime());
  }
}
