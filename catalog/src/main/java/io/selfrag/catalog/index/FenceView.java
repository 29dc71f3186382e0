package io.selfrag.catalog.index;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fences that a batch of changes touches, read at one point. */
public record FenceView(Map<UUID, KnowledgeBaseFence> knowledgeBases, Map<UUID, DocumentFence> documents,
    Map<RevisionId, RevisionFence> revisions) {
  public FenceView {
    knowledgeBases = Map.copyOf(knowledgeBases);
    documents = Map.copyOf(documents);
    revisions = Map.copyOf(revisions);
  }

  /** A revision of a document in the ledger. */
  public record RevisionId(UUID documentId, long revision) {}

  /** What is to be done with a version as these rows stand. */
  public Verdict verdict(Version version) {
    return Verdict.of(version, knowledgeBases.get(version.knowledgeBaseId()), documents.get(version.documentId()),
        revisions.get(new RevisionId(version.documentId(), version.revision())));
  }

  /** The document's row; {@code null} if there is none. */
  public @Nullable DocumentFence document(UUID id) {
    return documents.get(id);
  }

  /** The knowledge base's row; {@code null} if there is none. */
  public @Nullable KnowledgeBaseFence knowledgeBase(UUID id) {
    return knowledgeBases.get(id);
  }

  /** True unless a tenant's points went, or come, elsewhere between this view and a later one. */
  public boolean hasSameRoute(FenceView later, UUID knowledgeBaseId) {
    var then = knowledgeBases.get(knowledgeBaseId);
    var now = later.knowledgeBases.get(knowledgeBaseId);
    return now == null || (then != null && then.routeEpoch() == now.routeEpoch());
  }

  /** True if the ledger says that this attempt has ended already. */
  boolean hasEnded(Version version) {
    var revision = revisions.get(new RevisionId(version.documentId(), version.revision()));
    return revision != null && revision.hasEnded(version.attempt());
  }

  boolean isLiveGeneration(Version version) {
    return isLiveGeneration(version.knowledgeBaseId(), version.generation());
  }

  boolean isLiveGeneration(UUID knowledgeBaseId, int generation) {
    var knowledgeBase = knowledgeBases.get(knowledgeBaseId);
    return knowledgeBase != null && knowledgeBase.liveGeneration() == generation;
  }
}
