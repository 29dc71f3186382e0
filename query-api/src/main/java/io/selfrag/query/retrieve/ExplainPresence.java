package io.selfrag.query.retrieve;

import io.selfrag.query.retrieve.Presence.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Says why a document is not among the results. Costs a query, and searches of that document where nothing else explains it. What the caller may not
 * read is as unknown as what does not exist.
 */
final class ExplainPresence {
  private final PassageCatalog catalog;
  private final SearchLegs legs;

  ExplainPresence(PassageCatalog catalog, SearchLegs legs) {
    this.catalog = catalog;
    this.legs = legs;
  }

  Presence explain(Retrieval.Request request, UUID documentId, RetrievePassages.Outcome outcome,
      List<Retrieval.Hit> hits) {
    for (int i = 0; i < hits.size(); i++) {
      if (hits.get(i).passage().documentId().equals(documentId)) {
        return new Presence(documentId, Reason.AMONG_RESULTS, "its best passage is result " + (i + 1));
      }
    }
    var standing = catalog.standing(request.tenantId(), outcome.plan().knowledgeBaseIds(), documentId,
        request.viewer());
    if (standing.isEmpty()) {
      return new Presence(documentId, Reason.NOT_FOUND, "there is no such document in these knowledge bases");
    }
    if (standing.get().deleted()) {
      return new Presence(documentId, Reason.DELETED, standing.get().detail());
    }
    if (!standing.get().live()) {
      return new Presence(documentId, Reason.NOT_INDEXED, standing.get().detail());
    }
    return ofLive(request, documentId, outcome);
  }

  private Presence ofLive(Retrieval.Request request, UUID documentId, RetrievePassages.Outcome outcome) {
    if (outcome.judged().documentsOf(Hydration.Reason.SUPERSEDED).contains(documentId)) {
      return new Presence(documentId, Reason.SUPERSEDED, "it is being replaced at this moment; ask again");
    }
    var rank = rank(outcome.ranked(), documentId);
    if (rank.isPresent()) {
      var best = outcome.ranked().get(rank.get());
      var place = String.format(Locale.ROOT, "its best passage is candidate %d with score %.4f", rank.get() + 1,
          best.score());
      return outcome.plan().admits(best)
          ? new Presence(documentId, Reason.BELOW_TOP_K, place + "; " + outcome.plan().topK() + " are shown")
          : new Presence(documentId, Reason.BELOW_THRESHOLD,
              place + ", below " + outcome.plan().thresholds().get(best.knowledgeBaseId()));
    }
    if (!request.documentIds().isEmpty() && !request.documentIds().contains(documentId)) {
      return new Presence(documentId, Reason.FILTERED_OUT, "the search is restricted to other documents");
    }
    if (matches(request, documentId, outcome) || request.metadata().isEmpty()
        || !matches(request.withoutMetadata(), documentId, outcome)) {
      return new Presence(documentId, Reason.NOT_A_CANDIDATE,
          "none of its passages is among the best candidates of a leg");
    }
    return new Presence(documentId, Reason.FILTERED_OUT, "the metadata filter excludes it");
  }

  private boolean matches(Retrieval.Request request, UUID documentId, RetrievePassages.Outcome outcome) {
    var found = legs.renew(request, outcome.found(), Set.of(documentId), new StageClock());
    return found.results().values().stream().flatMap(it -> Stream.concat(it.dense().stream(), it.bm25().stream()))
        .anyMatch(it -> it.documentId().equals(documentId));
  }

  private static Optional<Integer> rank(List<Candidate> ranked, UUID documentId) {
    for (int i = 0; i < ranked.size(); i++) {
      if (ranked.get(i).documentId().equals(documentId)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
