package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A store that answers what the test says it holds. */
final class ScriptedStore implements VectorStore {
  private final Map<UUID, int[]> held = new LinkedHashMap<>();
  private final Map<UUID, Runnable> onRestricted = new HashMap<>();
  private final List<List<UUID>> restricted = new ArrayList<>();

  static CollectionSpec collectionOf(ModelId model) {
    return new CollectionSpec("c_" + model.dimension(), model.dimension());
  }

  static UUID chunk(UUID document, int ordinal) {
    return new UUID(document.getMostSignificantBits(), ordinal + 1);
  }

  void answer(UUID document, int... ordinals) {
    held.put(document, ordinals);
  }

  void whenRestrictedTo(UUID document, Runnable then) {
    onRestricted.put(document, then);
  }

  List<List<UUID>> restrictedSearches() {
    return restricted;
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    var only = request.filter().documentIds();
    if (!only.isEmpty()) {
      restricted.add(only);
      only.stream().filter(onRestricted::containsKey).forEach(id -> onRestricted.get(id).run());
    }
    var hits = new ArrayList<SearchResult.Hit>();
    held.forEach((document, ordinals) -> {
      for (int ordinal : only.isEmpty() || only.contains(document) ? ordinals : new int[0]) {
        hits.add(new SearchResult.Hit(chunk(document, ordinal), document, new UUID(8, 8), 1f / (1 + ordinal)));
      }
    });
    return new SearchResult(request.vector() == null ? List.of() : hits, request.text() == null ? List.of() : hits);
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {}

  @Override
  public void dropCollection(String collection) {}

  @Override
  public List<String> collections() {
    return List.of();
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {}

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {}

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {}

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return held.size();
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return List.of();
  }

  @Override
  public void check() {}

  @Override
  public void close() {}
}
