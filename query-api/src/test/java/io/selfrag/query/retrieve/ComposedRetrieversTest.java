package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.generation.rerank.Reranker;
import io.selfrag.generation.rerank.RerankerId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.MetadataCondition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComposedRetrieversTest {
  private static final UUID KB = ScriptedStore.KNOWLEDGE_BASE;
  private static final UUID FIRST = new UUID(1, 0);
  private static final UUID SECOND = new UUID(2, 0);

  private final ScriptedStore store = new ScriptedStore();
  private final ScriptedCatalog catalog = new ScriptedCatalog(KB);
  private Expansion expansion = Expansion.NONE;
  private Function<List<String>, List<Double>> mind = texts -> texts.stream().map(_ -> 0.5).toList();
  private boolean enabled;

  private final Reranker reranker = new Reranker() {
    @Override
    public double share() {
      return 1;
    }

    @Override
    public RerankerId id() {
      return new RerankerId("http", "r");
    }

    @Override
    public List<Double> score(String question, List<String> passages) {
      return mind.apply(passages);
    }

    @Override
    public void close() {}
  };
  private final Rerankers rerankers = new Rerankers() {
    @Override
    public RerankSettings settings() {
      return new RerankSettings(enabled, null, null, 3, null, null);
    }

    @Override
    public Optional<Reranker> choose(@Nullable String model) {
      return Optional.of(reranker);
    }
  };

  @Test
  void everyWordingIsSearchedAndTheQuestionCountsMost() {
    live(FIRST, 0, 1);
    expansion = expanded(List.of("v1", "v2", "v3", "v4"), List.of(), Map.of());

    var answer = ask("multi_query", Map.of("variants", 2, "feedback", false));

    // Question and two variants, each by words and by meaning.
    assertThat(store.asked()).hasSize(6);
    assertThat(answer.working().expansion().variants()).hasSize(4);
  }

  @Test
  void aWrittenPassageIsSearchedByMeaningAlone() {
    live(FIRST, 0);
    expansion = expanded(List.of(), List.of("p"), Map.of());

    ask("hyde", Map.of("feedback", false));

    assertThat(store.asked().stream().filter(ScriptedStore.Asked::hasText)).hasSize(1);
    assertThat(store.asked().stream().filter(ScriptedStore.Asked::hasVector)).hasSize(2);
  }

  @Test
  void filtersThatLeaveNothingAreGivenUpWhichIsSaid() {
    live(FIRST, 0);
    store.hideByMetadata(FIRST);
    expansion = expanded(List.of(), List.of(), Map.of(KB, List.of(new MetadataCondition.In("year", List.of(1)))));

    var answer = ask("self_query", Map.of());

    assertThat(answer.hits()).hasSize(1);
    assertThat(answer.working().expansion().parsedFilters()).isEmpty();
    assertThat(answer.working().notes()).singleElement().asString().contains("without them");
  }

  @Test
  void parsedFiltersApplyToTheSearchesOfSelfQuery() {
    live(FIRST, 0);
    live(SECOND, 0);
    store.hideByMetadata(FIRST);
    expansion = expanded(List.of(), List.of(), Map.of(KB, List.of(new MetadataCondition.In("year", List.of(1)))));

    assertThat(ask("self_query", Map.of()).hits()).extracting(it -> it.passage().documentId())
        .containsExactly(SECOND);
    assertThat(ask("hybrid", Map.of()).hits()).hasSize(2);
  }

  @Test
  void chunksOfOneParentAreShownOnceWithAllThatMatched() {
    catalog.add(new SearchTarget(KB, 1,
        ScriptedCatalog.target(KB, 1, FixedEmbedder.MODEL).models(),
        io.selfrag.vectorstore.CollectionNames.Isolation.PARTITION, Retriever.hybrid(), 5, null, true, Map.of()));
    live(FIRST, 0, 1, 2);
    live(SECOND, 0);

    var hits = ask("parent_document", Map.of()).hits();

    assertThat(hits).extracting(it -> it.passage().documentId()).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(hits.stream().filter(it -> it.passage().documentId().equals(FIRST)).findFirst().orElseThrow().passage()
        .metadata().get("matched_chunk_ids")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(3);
  }

  @Test
  void aKnowledgeBaseBesideOneThatMakesParentsShowsNoMoreContextThanWasAskedFor() {
    var withParents = new UUID(8, 9);
    catalog.withNeighbours();
    catalog.add(new SearchTarget(withParents, 1, ScriptedCatalog.target(KB, 1, FixedEmbedder.MODEL).models(),
        io.selfrag.vectorstore.CollectionNames.Isolation.PARTITION,
        Retriever.of("parent_document", Map.of("window", 3)), 5, null, false, Map.of()));
    live(FIRST, 0);
    store.answerIn(withParents, SECOND, 0);
    catalog.live(SECOND, 0);

    var hits = ask(Ask.of(KB, withParents)).hits();

    var passages = hits.stream().map(Retrieval.Hit::passage).collect(
        java.util.stream.Collectors.toMap(io.selfrag.query.retrieve.Passage::documentId, it -> it));
    assertThat(passages.get(FIRST).before()).hasSize(1);
    assertThat(passages.get(FIRST).after()).hasSize(1);
    assertThat(passages.get(SECOND).text().lines()).hasSize(7);
  }

  @Test
  void theRerankersOrderIsShownWithItsScores() {
    live(FIRST, 0, 1, 2, 3);
    mind = texts -> List.of(0.1, 0.9, 0.5);

    var answer = ask(request("hybrid").rerank(new Retrieval.Rerank(true, null, null)));

    assertThat(answer.hits()).extracting(Retrieval.Hit::rerank).containsExactly(0.9, 0.5, 0.1, null);
    assertThat(answer.hits().getFirst().candidate().score()).isLessThan(1);
    assertThat(answer.working().reranker()).isEqualTo(new RerankerId("http", "r"));
    assertThat(answer.stages()).containsKey("rerank");
  }

  @Test
  void aRerankerThatFailsCostsItsOrderAndNothingElse() {
    live(FIRST, 0, 1);
    mind = _ -> {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "away");
    };

    var answer = ask(request("hybrid").rerank(new Retrieval.Rerank(true, null, null)));

    assertThat(answer.hits()).hasSize(2).extracting(Retrieval.Hit::rerank).containsOnlyNulls();
    assertThat(answer.working().rerankFailed()).isTrue();
    assertThat(answer.working().notes()).singleElement().asString().contains("MODEL_UNAVAILABLE");
  }

  @Test
  void rerankingIsOffUnlessSomebodyWantsIt() {
    live(FIRST, 0);

    assertThat(ask("hybrid", Map.of()).working().reranker()).isNull();
    assertThat(ask("fusion", Map.of()).working().reranker()).isNotNull();
    assertThat(ask("fusion", Map.of("rerank", false)).working().reranker()).isNull();
    assertThat(ask(request("fusion").rerank(Retrieval.Rerank.NEVER)).working().reranker()).isNull();
    enabled = true;
    assertThat(ask("hybrid", Map.of()).working().reranker()).isNotNull();
  }

  @Test
  void whatTheDeploymentDoesNotHaveIsRefusedOrSaid() {
    live(FIRST, 0);
    var without = retrieve(Rerankers.NONE);

    assertThatThrownBy(
        () -> without.retrieve(request("hybrid").rerank(new Retrieval.Rerank(true, null, null)).request()))
        .hasMessageContaining("no reranker");
    assertThat(without.retrieve(request("fusion").request()).working().notes()).singleElement().asString()
        .contains("no reranker");
  }

  private static Expansion expanded(List<String> variants, List<String> passages,
      Map<UUID, List<MetadataCondition>> filters) {
    return new Expansion(variants, passages, filters, filters.isEmpty() ? Map.of() : Map.of("year", 1),
        new Expansion.Author("rules", null), List.of(), false);
  }

  private void live(UUID document, int... ordinals) {
    store.answer(document, ordinals);
    catalog.live(document, ordinals);
  }

  private static Ask request(String name) {
    return Ask.of(KB).retriever(Retriever.of(name, Map.of()));
  }

  private Retrieval.Answer ask(String name, Map<String, Object> params) {
    return ask(Ask.of(KB).retriever(Retriever.of(name, params)));
  }

  private Retrieval.Answer ask(Ask ask) {
    return retrieve(rerankers).retrieve(ask.request());
  }

  private RetrievePassages retrieve(Rerankers which) {
    return new RetrievePassages(catalog, new SearchLegs(store, FixedEmbedder::new, Runnable::run,
        new TimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(30))), _ -> "en", (_, _) -> expansion, which);
  }
}
