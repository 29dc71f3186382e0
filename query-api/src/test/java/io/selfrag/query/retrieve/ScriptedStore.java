package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that answers what the test says it holds. */
final class ScriptedStore implements IndexSearch {
  static final UUID KNOWLEDGE_BASE = new UUID(8, 8);

  private final Set<UUID> hiddenByFilters = new HashSet<>();
  private final Map<UUID, int[]> held = new LinkedHashMap<>();
  private final Map<UUID, UUID> owners = new HashMap<>();
  private final Map<UUID, Runnable> onRestricted = new HashMap<>();
  private final List<List<UUID>> restricted = new ArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<PointFilter> filters = new CopyOnWriteArrayList<>();
  private final List<Set<String>> words = new CopyOnWriteArrayList<>();
  private final List<Set<UUID>> requests = new CopyOnWriteArrayList<>();
  private Runnable before = () -> {};

  /** One request, as it came. */
  record Asked(String collection, boolean hasVector, boolean hasText, int limit) {}

  void hideByMetadata(UUID document) {
    hiddenByFilters.add(document);
  }

  static UUID chunk(UUID document, int ordinal) {
    return new UUID(document.getMostSignificantBits(), ordinal + 1);
  }

  void answer(UUID document, int... ordinals) {
    held.put(document, ordinals);
  }

  /** Of another knowledge base. */
  void answerIn(UUID knowledgeBase, UUID document, int... ordinals) {
    answer(document, ordinals);
    owners.put(document, knowledgeBase);
  }

  void whenRestrictedTo(UUID document, Runnable then) {
    onRestricted.put(document, then);
  }

  /** Runs at the beginning of every search, such as to make it slow. */
  void beforeSearches(Runnable then) {
    before = then;
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The terms of each request that had some. */
  List<Set<String>> words() {
    return List.copyOf(words);
  }

  /** The filter of each request. */
  List<PointFilter> filters() {
    return List.copyOf(filters);
  }

  List<List<UUID>> restrictedSearches() {
    return restricted;
  }

  /** The knowledge bases of each request, and again of each search that doubts the hits of another. */
  List<Set<UUID>> requests() {
    return List.copyOf(requests);
  }

  @Override
  public IndexSearch during(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    requests.add(Set.copyOf(knowledgeBaseIds));
    return this;
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    asked.add(new Asked(collection.name(), request.vector() != null, request.words() != null, request.limit()));
    filters.add(request.filter());
    if (request.words() != null) {
      words.add(request.words().weights().keySet());
    }
    before.run();
    var only = request.filter().documentIds();
    if (!only.isEmpty()) {
      restricted.add(only);
      only.stream().filter(onRestricted::containsKey).forEach(id -> onRestricted.get(id).run());
    }
    boolean filtered = !request.filter().metadata().isEmpty();
    var hits = new ArrayList<SearchResult.Hit>();
    held.forEach((document, ordinals) -> {
      if ((only.isEmpty() || only.contains(document)) && !(filtered && hiddenByFilters.contains(document))
          && isSearched(request.filter(), document)) {
        for (int ordinal : ordinals) {
          hits.add(new SearchResult.Hit(chunk(document, ordinal), document,
              owners.getOrDefault(document, KNOWLEDGE_BASE), 1f / (1 + ordinal)));
        }
      }
    });
    hits.sort(Comparator.comparingDouble(SearchResult.Hit::score).reversed());
    var best = hits.subList(0, Math.min(hits.size(), request.limit()));
    return new SearchResult(request.vector() == null ? List.of() : best, request.words() == null ? List.of() : best);
  }

  /** What is not said to be of another knowledge base is of all. */
  private boolean isSearched(PointFilter filter, UUID document) {
    return !owners.containsKey(document)
        || filter.scopes().stream().anyMatch(it -> it.knowledgeBaseId().equals(owners.get(document)));
  }
}
