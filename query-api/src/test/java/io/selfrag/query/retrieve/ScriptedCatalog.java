package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A catalog that judges hits as the test says; what it was not told of is not live. */
final class ScriptedCatalog implements PassageCatalog {
  private final Map<UUID, Hydration.@Nullable Reason> verdicts = new HashMap<>();
  private final Map<UUID, String> readers = new HashMap<>();
  private final Map<UUID, SearchTarget> targets = new HashMap<>();
  private final Map<UUID, Standing> standings = new HashMap<>();
  private final Map<UUID, float[]> vectors = new HashMap<>();
  private final List<Integer> judged = new ArrayList<>();
  private boolean nothingReadable;
  private boolean neighbours;
  private Runnable onJudged = () -> {};

  ScriptedCatalog(UUID knowledgeBase) {
    add(target(knowledgeBase, 1, new ModelId("hashing", "hashing", 4)));
  }

  static SearchTarget target(UUID knowledgeBase, int generation, ModelId... models) {
    return new SearchTarget(knowledgeBase, generation,
        List.of(models).stream().map(it -> new SearchTarget.LanguageModel("any", it)).toList(), Isolation.PARTITION,
        Retriever.hybrid(), SearchTarget.DEFAULT_TOP_K, null, false, Map.of());
  }

  void add(SearchTarget target) {
    targets.put(target.knowledgeBaseId(), target);
  }

  void live(UUID document, int... ordinals) {
    judge(document, null, ordinals);
  }

  void superseded(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.SUPERSEDED, ordinals);
  }

  void notYet(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.NOT_YET, ordinals);
  }

  void forbidden(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.FORBIDDEN, ordinals);
  }

  /** Live, and forbidden to all viewers but one. */
  void readableBy(String user, UUID document, int... ordinals) {
    forbidden(document, ordinals);
    for (int ordinal : ordinals) {
      readers.put(ScriptedStore.chunk(document, ordinal), user);
    }
  }

  void gone(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.NOT_LIVE, ordinals);
  }

  void stands(UUID document, Standing standing) {
    standings.put(document, standing);
  }

  void vector(UUID document, int ordinal, float... vector) {
    vectors.put(ScriptedStore.chunk(document, ordinal), vector);
  }

  /** Every chunk stands between as many others as are asked for. */
  void withNeighbours() {
    neighbours = true;
  }

  void nothingIsReadable() {
    nothingReadable = true;
  }

  /** Runs once, after the next judgement. */
  void whenJudged(Runnable then) {
    onJudged = then;
  }

  /** How many hits each judgement was about. */
  List<Integer> judgements() {
    return List.copyOf(judged);
  }

  private void judge(UUID document, Hydration.@Nullable Reason verdict, int... ordinals) {
    for (int ordinal : ordinals) {
      verdicts.put(ScriptedStore.chunk(document, ordinal), verdict);
    }
  }

  @Override
  public List<SearchTarget> targets(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return knowledgeBaseIds.stream().filter(targets::containsKey).map(targets::get).toList();
  }

  @Override
  public List<Hydration> hydrate(UUID tenantId, Collection<UUID> knowledgeBaseIds, List<Candidate> hits, int window,
      @Nullable Viewer viewer) {
    judged.add(hits.size());
    var around = Collections.nCopies(neighbours ? window : 0, "neighbour");
    var answer = hits.stream().map(it -> judge(it, around, viewer)).toList();
    var then = onJudged;
    onJudged = () -> {};
    then.run();
    return answer;
  }

  @Override
  public Map<UUID, float[]> vectors(UUID tenantId, Collection<UUID> chunkIds) {
    var found = new HashMap<>(vectors);
    found.keySet().retainAll(chunkIds);
    return found;
  }

  @Override
  public Optional<Standing> standing(UUID tenantId, Collection<UUID> knowledgeBaseIds, UUID documentId,
      @Nullable Viewer viewer) {
    return Optional.ofNullable(standings.get(documentId));
  }

  @Override
  public boolean nothingReadable(UUID tenantId, Collection<UUID> knowledgeBaseIds, Viewer viewer) {
    return nothingReadable;
  }

  private Hydration judge(Candidate hit, List<String> around, @Nullable Viewer viewer) {
    if (!verdicts.containsKey(hit.chunkId())) {
      return new Hydration.Dropped(hit.chunkId(), hit.documentId(), Hydration.Reason.NOT_LIVE);
    }
    var verdict = verdicts.get(hit.chunkId());
    var reader = readers.get(hit.chunkId());
    boolean mayRead = reader != null && (viewer == null || reader.equals(viewer.userId()));
    return verdict == null || mayRead
        ? new Hydration.Live(new Passage(hit.chunkId(), hit.knowledgeBaseId(), hit.documentId(), 0, "text", "title",
            Map.of(), null, null, List.of(), 0, 4, 1, beside(around), beside(around)))
        : new Hydration.Dropped(hit.chunkId(), hit.documentId(), verdict);
  }

  private static List<Passage.Beside> beside(List<String> texts) {
    return texts.stream().map(it -> new Passage.Beside(new UUID(0, 0), it, null, null)).toList();
  }
}
