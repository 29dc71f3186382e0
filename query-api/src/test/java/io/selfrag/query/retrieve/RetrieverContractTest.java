package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every retriever, whatever it asks beside the question. */
class RetrieverContractTest {
  private static final UUID KB = ScriptedStore.KNOWLEDGE_BASE;
  private static final UUID OTHER_KB = new UUID(8, 9);
  private static final UUID DOCUMENT = new UUID(1, 0);
  private static final UUID SECRET = new UUID(2, 0);
  private static final Viewer ANN = new Viewer("ann", List.of(), List.of(), "public");
  private static final MetadataCondition CONDITION = new MetadataCondition.In("year", List.of(2024L));

  private final ScriptedStore store = new ScriptedStore();
  private final ScriptedCatalog catalog = new ScriptedCatalog(KB);
  private final ExpandQuestion expand = (question, wanted) -> new Expansion(List.of("other words", "key terms"),
      List.of("a passage that answers"), Map.of(KB, List.of(new MetadataCondition.In("kind", List.of("report")))),
      Map.of("kind", "report"), new Expansion.Author("rules", null), List.of(), false);
  private final RetrievePassages retrieve = new RetrievePassages(catalog,
      new SearchLegs(store, FixedEmbedder::new, Runnable::run,
          new TimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(30))),
      _ -> "en", expand, Rerankers.NONE);

  static Stream<Retriever> retrievers() {
    var members = List.of(Map.of("name", "bm25"), Map.of("name", "hyde", "weight", 2), Map.of("name", "self_query"));
    return RetrieverCatalogue.all().stream().map(RetrieverDescription::name)
        .map(it -> Retriever.of(it, it.equals("ensemble") ? Map.of("retrievers", members) : Map.of()));
  }

  @ParameterizedTest
  @MethodSource("retrievers")
  void everySearchNamesTenantScopeViewerAndConditions(Retriever retriever) {
    catalog.add(ScriptedCatalog.target(OTHER_KB, 3, FixedEmbedder.MODEL));
    holds(DOCUMENT, 4);

    retrieve.retrieve(Ask.of(KB, OTHER_KB).scope(KB).metadata(CONDITION).viewer(ANN).retriever(retriever).request());

    assertThat(store.filters()).isNotEmpty().allSatisfy(filter -> {
      assertThat(filter.tenantId()).isEqualTo(Ask.TENANT);
      assertThat(filter.scopes()).allSatisfy(it -> assertThat(it.knowledgeBaseId()).isEqualTo(KB));
      assertThat(filter.metadata()).contains(CONDITION);
      assertThat(filter.viewer()).isEqualTo(ANN);
    });
  }

  @ParameterizedTest
  @MethodSource("retrievers")
  void aKeyWhoseScopeHoldsNoneOfTheKnowledgeBasesIsRefused(Retriever retriever) {
    assertThatThrownBy(() -> retrieve.retrieve(Ask.of(KB).scope(OTHER_KB).retriever(retriever).request()))
        .isInstanceOfSatisfying(SelfRagException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_PERMISSION));
    assertThat(store.filters()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("retrievers")
  void whatAnAclForbidsIsNotShownThoughTheIndexProposesIt(Retriever retriever) {
    holds(DOCUMENT, 2);
    store.answer(SECRET, 0, 1);
    catalog.forbidden(SECRET, 0, 1);

    assertThat(retrieve.retrieve(Ask.of(KB).viewer(ANN).retriever(retriever).request()).hits()).isNotEmpty()
        .allSatisfy(it -> assertThat(it.passage().documentId()).isEqualTo(DOCUMENT));
  }

  @ParameterizedTest
  @MethodSource("retrievers")
  void thereAreNoMoreResultsThanAskedForAndNoneBelowTheThreshold(Retriever retriever) {
    for (int i = 0; i < 30; i++) {
      store.answer(new UUID(100 + i, 0), i);
      catalog.live(new UUID(100 + i, 0), i);
    }
    var all = retrieve.retrieve(Ask.of(KB).topK(50).retriever(retriever).request()).hits();
    double middle = all.get(all.size() / 2).score();

    assertThat(retrieve.retrieve(Ask.of(KB).topK(3).retriever(retriever).request()).hits()).hasSize(3);
    assertThat(retrieve.retrieve(Ask.of(KB).topK(50).threshold(middle).retriever(retriever).request()).hits())
        .isNotEmpty().hasSizeLessThanOrEqualTo(all.size())
        .allSatisfy(it -> assertThat(it.score()).isGreaterThanOrEqualTo(middle));
  }

  @ParameterizedTest
  @MethodSource("retrievers")
  void theSameQuestionGivesTheSameOrderBestFirst(Retriever retriever) {
    holds(DOCUMENT, 20);
    holds(SECRET, 20);

    var first = retrieve.retrieve(Ask.of(KB).topK(20).retriever(retriever).request()).hits();

    assertThat(retrieve.retrieve(Ask.of(KB).topK(20).retriever(retriever).request()).hits()).isEqualTo(first);
    assertThat(first).extracting(Retrieval.Hit::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  private void holds(UUID document, int chunks) {
    store.answer(document, IntStream.range(0, chunks).toArray());
    catalog.live(document, IntStream.range(0, chunks).toArray());
  }
}
