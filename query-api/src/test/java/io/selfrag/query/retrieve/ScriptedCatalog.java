package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A catalog that judges hits as the test says; what it was not told of is not live. */
final class ScriptedCatalog implements PassageCatalog {
  private final UUID knowledgeBase;
  private final Map<UUID, Hydration.@Nullable Reason> verdicts = new HashMap<>();
  private int generation = 1;
  private ModelId model = new ModelId("hashing", "hashing", 4);
  private Runnable onJudged = () -> {};

  ScriptedCatalog(UUID knowledgeBase) {
    this.knowledgeBase = knowledgeBase;
  }

  void live(UUID document, int... ordinals) {
    judge(document, null, ordinals);
  }

  void superseded(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.SUPERSEDED, ordinals);
  }

  void forbidden(UUID document, int... ordinals) {
    judge(document, Hydration.Reason.FORBIDDEN, ordinals);
  }

  void switchTo(int newGeneration, ModelId newModel) {
    generation = newGeneration;
    model = newModel;
  }

  /** Runs once, after the next judgement. */
  void whenJudged(Runnable then) {
    onJudged = then;
  }

  private void judge(UUID document, Hydration.@Nullable Reason verdict, int... ordinals) {
    for (int ordinal : ordinals) {
      verdicts.put(ScriptedStore.chunk(document, ordinal), verdict);
    }
  }

  @Override
  public List<SearchTarget> targets(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return knowledgeBaseIds.stream().filter(knowledgeBase::equals)
        .map(id -> new SearchTarget(id, generation, List.of(new SearchTarget.LanguageModel("any", model)), 1,
            RetrieverChoice.hybrid()))
        .toList();
  }

  @Override
  public List<Hydration> hydrate(UUID tenantId, List<Candidate> hits, int window, @Nullable Viewer viewer) {
    var judged = hits.stream().map(this::judge).toList();
    var then = onJudged;
    onJudged = () -> {};
    then.run();
    return judged;
  }

  private Hydration judge(Candidate hit) {
    if (!verdicts.containsKey(hit.chunkId())) {
      return new Hydration.Dropped(hit.chunkId(), hit.documentId(), Hydration.Reason.NOT_LIVE);
    }
    var verdict = verdicts.get(hit.chunkId());
    return verdict == null
        ? new Hydration.Live(new Passage(hit.chunkId(), hit.knowledgeBaseId(), hit.documentId(), 0, "text", "title",
            Map.of(), null, null, List.of(), 0, 4, 1, "", ""))
        : new Hydration.Dropped(hit.chunkId(), hit.documentId(), verdict);
  }
}
