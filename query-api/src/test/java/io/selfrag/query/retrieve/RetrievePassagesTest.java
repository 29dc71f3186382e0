package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetrievePassagesTest {
  private static final UUID KB = ScriptedStore.KNOWLEDGE_BASE;
  private static final UUID OTHER_KB = new UUID(8, 9);
  private static final UUID DOCUMENT = new UUID(1, 0);
  private static final UUID OTHER = new UUID(2, 0);
  private static final ModelId WIDER = new ModelId("hashing", "hashing", 8);

  private final ScriptedCatalog catalog = new ScriptedCatalog(KB);
  private final ScriptedStore store = new ScriptedStore();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final RetrievePassages retrieve = retrieve(Duration.ofSeconds(30));

  private RetrievePassages retrieve(Duration limit) {
    var legs = new SearchLegs(store, FixedEmbedder::new, threads, new TimeLimits(limit, limit));
    return new RetrievePassages(catalog, legs, question -> "en", (_, _) -> Expansion.NONE, Rerankers.NONE);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void liveHitsComeBackBestFirstAndNoMoreThanAsked() {
    store.answer(DOCUMENT, 0, 1, 2);
    catalog.live(DOCUMENT, 0, 1, 2);

    var answer = retrieve.retrieve(Ask.of(KB).topK(2).request());

    assertThat(chunks(answer)).containsExactly(ScriptedStore.chunk(DOCUMENT, 0), ScriptedStore.chunk(DOCUMENT, 1));
  }

  @Test
  void whatTheBestPassagesHaveInCommonIsLookedForInASecondSearch() {
    store.answer(DOCUMENT, 0);
    store.answer(OTHER, 0);
    catalog.live(DOCUMENT, 0);
    catalog.live(OTHER, 0);

    retrieve.retrieve(Ask.of(KB).request());

    assertThat(store.words()).containsExactly(Set.of("question"), Set.of("question", "titl", "text"));
  }

  @Test
  void whatTheCallerMayNotReadTeachesNothing() {
    store.answer(DOCUMENT, 0);
    store.answer(OTHER, 0);
    catalog.live(DOCUMENT, 0);
    catalog.forbidden(OTHER, 0);

    retrieve.retrieve(Ask.of(KB).request());

    assertThat(store.words()).containsExactly(Set.of("question"), Set.of("question"));
  }

  @Test
  void aRetrieverWithoutFeedbackSearchesOnce() {
    store.answer(DOCUMENT, 0);
    catalog.live(DOCUMENT, 0);

    var answer = retrieve.retrieve(Ask.of(KB).retriever(Retriever.of("hybrid", Map.of("feedback", false))).request());

    assertThat(store.asked()).hasSize(2);
    assertThat(answer.stages()).doesNotContainKey("learn");
  }

  @Test
  void S18allSearchesOfARequestShareWhatTheCacheLooksUpAndASearchThatDoubtsItsHitsLooksAgain() {
    store.answer(DOCUMENT, 0);
    store.answer(OTHER, 7);
    catalog.live(DOCUMENT, 0);
    catalog.live(OTHER, 7);

    retrieve.retrieve(Ask.of(KB).request());
    assertThat(store.asked()).as("two legs, before and after feedback").hasSize(4);
    assertThat(store.requests()).containsExactly(Set.of(KB));

    catalog.superseded(DOCUMENT, 0);
    retrieve.retrieve(Ask.of(KB).request());
    assertThat(store.requests().size()).isGreaterThan(2);
  }

  @Test
  void s18SupersededHitsTriggerASearchForTheirDocumentsOnly() {
    store.answer(DOCUMENT, 0, 1);
    store.answer(OTHER, 7);
    catalog.live(OTHER, 7);
    catalog.superseded(DOCUMENT, 0, 1);
    store.whenRestrictedTo(DOCUMENT, () -> {
      store.answer(DOCUMENT, 5);
      catalog.live(DOCUMENT, 5);
    });

    var answer = retrieve.retrieve(Ask.of(KB).request());

    assertThat(chunks(answer)).containsExactlyInAnyOrder(ScriptedStore.chunk(DOCUMENT, 5),
        ScriptedStore.chunk(OTHER, 7));
    assertThat(store.restrictedSearches()).containsExactly(List.of(DOCUMENT));
  }

  @Test
  void s18TheSearchIsRepeatedTwiceAtMostEvenIfADocumentChangesAllTheTime() {
    store.answer(DOCUMENT, 0);
    store.answer(OTHER, 7);
    catalog.live(OTHER, 7);
    catalog.superseded(DOCUMENT, 0);

    var answer = retrieve.retrieve(Ask.of(KB).request());

    assertThat(answer.hits()).hasSize(1);
    assertThat(answer.dropped()).containsEntry(Hydration.Reason.SUPERSEDED, 1L);
    assertThat(store.restrictedSearches()).hasSize(2);
  }

  @Test
  void s18ChunksOfAVersionThatIsStillBeingWrittenCostNoSecondSearch() {
    store.answer(DOCUMENT, 0, 1);
    catalog.notYet(DOCUMENT, 0);
    catalog.live(DOCUMENT, 1);

    var answer = retrieve.retrieve(Ask.of(KB).request());

    assertThat(chunks(answer)).containsExactly(ScriptedStore.chunk(DOCUMENT, 1));
    assertThat(store.restrictedSearches()).isEmpty();
  }

  @Test
  void s18RenewedHitsTakeTheirPlaceByScoreUnderRankFusionToo() {
    store.answer(OTHER, 7);
    store.answer(DOCUMENT, 9);
    catalog.live(OTHER, 7);
    catalog.superseded(DOCUMENT, 9);
    store.whenRestrictedTo(DOCUMENT, () -> {
      store.answer(DOCUMENT, 0);
      catalog.live(DOCUMENT, 0);
    });
    var choice = Retriever.of("hybrid", java.util.Map.of("fusion", "rrf"));

    var answer = retrieve.retrieve(Ask.of(KB).retriever(choice).request());

    assertThat(chunks(answer)).startsWith(ScriptedStore.chunk(DOCUMENT, 0));
  }

  @Test
  void whatTheReaderMayNotSeeIsReplacedByTheNextBest() {
    store.answer(DOCUMENT, IntStream.range(0, 60).toArray());
    catalog.forbidden(DOCUMENT, IntStream.range(0, 50).toArray());
    catalog.live(DOCUMENT, IntStream.range(50, 60).toArray());

    assertThat(retrieve.retrieve(Ask.of(KB).request()).hits()).hasSize(5);
  }

  @Test
  void resultsAreFilledFromDeepDownWhereTheBestOnesWereJustDeleted() {
    store.answer(DOCUMENT, IntStream.range(0, 350).toArray());
    store.answer(OTHER, IntStream.range(350, 360).toArray());
    catalog.live(OTHER, IntStream.range(350, 360).toArray());

    var answer = retrieve.retrieve(Ask.of(KB).topK(8).request());

    assertThat(answer.hits()).hasSize(8);
    assertThat(store.asked()).extracting(ScriptedStore.Asked::limit).contains(100, 400).doesNotContain(1600);
  }

  @Test
  void aLegIsAskedForAsManyHitsAsTheAnswerNeeds() {
    store.answer(DOCUMENT, IntStream.range(0, 100).toArray());
    catalog.live(DOCUMENT, IntStream.range(0, 100).toArray());
    var few = Retriever.of("dense", java.util.Map.of("candidates", 10));

    assertThat(retrieve.retrieve(Ask.of(KB).topK(50).retriever(few).request()).hits()).hasSize(50);
  }

  @Test
  void enoughLiveHitsAtOnceAreJudgedOnce() {
    store.answer(DOCUMENT, IntStream.range(0, 100).toArray());
    catalog.live(DOCUMENT, IntStream.range(0, 100).toArray());

    retrieve.retrieve(Ask.of(KB).topK(5).request());

    assertThat(catalog.judgements()).as("ten teach, then all are judged in one snapshot")
        .containsExactly(10, 17);
  }

  @Test
  void aKnowledgeBaseTheTenantLacksIsNotFoundWhateverTheKeysScope() {
    var asks = List.of(Ask.of(KB, OTHER_KB), Ask.of(OTHER_KB).scope(KB), Ask.of(KB, OTHER_KB).scope(KB));

    assertThat(asks).allSatisfy(ask -> assertThatThrownBy(() -> retrieve.retrieve(ask.request()))
        .isInstanceOfSatisfying(SelfRagException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KB_NOT_FOUND)));
  }

  @Test
  void whatIsOutsideTheKeysScopeIsAbsentWhileSomethingIsInside() {
    catalog.add(ScriptedCatalog.target(OTHER_KB, 1, WIDER));
    store.answer(DOCUMENT, 0);
    catalog.live(DOCUMENT, 0);

    var answer = retrieve.retrieve(Ask.of(KB, OTHER_KB).scope(KB).request());

    assertThat(answer.models()).extracting(ModelId::dimension).containsExactly(4);
  }

  @Test
  void aKeyWhoseScopeHoldsNoneOfTheKnowledgeBasesHasNoPermission() {
    assertThatThrownBy(() -> retrieve.retrieve(Ask.of(KB).scope(OTHER_KB).request())).isInstanceOfSatisfying(
        SelfRagException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_PERMISSION));
  }

  @Test
  void aReaderOfNothingHasNoPermissionWhereOneOfSomethingGetsNoResults() {
    var nobody = new Viewer(null, List.of(), List.of(), "public");
    assertThat(retrieve.retrieve(Ask.of(KB).viewer(nobody).request()).hits()).isEmpty();

    catalog.nothingIsReadable();

    assertThatThrownBy(() -> retrieve.retrieve(Ask.of(KB).viewer(nobody).request())).isInstanceOfSatisfying(
        SelfRagException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_PERMISSION));
  }

  @Test
  void theThresholdIsHeld() {
    store.answer(DOCUMENT, 0, 1);
    catalog.live(DOCUMENT, 0, 1);

    assertThat(retrieve.retrieve(Ask.of(KB).threshold(0.9).request()).hits()).singleElement()
        .satisfies(hit -> assertThat(hit.candidate().score()).isGreaterThanOrEqualTo(0.9));
  }

  @Test
  void theKnowledgeBasesOwnTopKAndThresholdHoldUnlessTheRequestSaysOtherwise() {
    var model = List.of(new SearchTarget.LanguageModel("any", new ModelId("hashing", "hashing", 4)));
    catalog.add(new SearchTarget(KB, 1, model, Isolation.PARTITION, Retriever.of("dense", java.util.Map.of()), 3,
        0.4, false, java.util.Map.of()));
    store.answer(DOCUMENT, IntStream.range(0, 9).toArray());
    catalog.live(DOCUMENT, IntStream.range(0, 9).toArray());

    assertThat(retrieve.retrieve(Ask.of(KB).request()).hits()).hasSize(2);
    assertThat(retrieve.retrieve(Ask.of(KB).threshold(0).request()).hits()).hasSize(3);
    assertThat(retrieve.retrieve(Ask.of(KB).threshold(0).topK(7).request()).hits()).hasSize(7);
  }

  @Test
  void aGenerationSwitchDuringTheSearchStartsItAgain() {
    store.answer(DOCUMENT, 0);
    catalog.superseded(DOCUMENT, 0);
    catalog.whenJudged(() -> {
      catalog.add(ScriptedCatalog.target(KB, 2, WIDER));
      store.answer(DOCUMENT, 3);
      catalog.live(DOCUMENT, 3);
    });

    var answer = retrieve.retrieve(Ask.of(KB).request());

    assertThat(chunks(answer)).containsExactly(ScriptedStore.chunk(DOCUMENT, 3));
    assertThat(answer.models()).containsExactly(WIDER);
  }

  @Test
  void s26ATenantWithACollectionOfItsOwnIsSearchedThere() {
    catalog.add(new SearchTarget(KB, 1, List.of(new SearchTarget.LanguageModel("any", WIDER)), Isolation.COLLECTION,
        Retriever.hybrid(), 5, null, false, java.util.Map.of()));

    retrieve.retrieve(Ask.of(KB).request());

    assertThat(store.asked()).extracting(ScriptedStore.Asked::collection)
        .allMatch(it -> it.endsWith("_" + Ask.TENANT));
  }

  @Test
  void theBm25LegRunsWhileTheQuestionIsBeingEmbedded() throws InterruptedException {
    var embedding = new CountDownLatch(1);
    var words = new CountDownLatch(1);
    store.beforeSearches(words::countDown);
    var legs = new SearchLegs(store, model -> {
      embedding.countDown();
      await(words);
      return new FixedEmbedder(model);
    }, threads, new TimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(30)));

    new RetrievePassages(catalog, legs, question -> "en", (_, _) -> Expansion.NONE, Rerankers.NONE)
        .retrieve(Ask.of(KB).request());

    assertThat(embedding.await(0, TimeUnit.SECONDS)).isTrue();
    assertThat(store.asked()).extracting(ScriptedStore.Asked::hasVector).containsExactly(false, true);
  }

  @Test
  void aVectorStoreThatDoesNotAnswerInTimeIsUnavailable() {
    var never = new CountDownLatch(1);
    store.beforeSearches(() -> await(never));

    assertThatThrownBy(() -> retrieve(Duration.ofMillis(50)).retrieve(Ask.of(KB).request())).isInstanceOfSatisfying(
        SelfRagException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    never.countDown();
  }

  @Test
  void aModelThatDoesNotAnswerInTimeIsUnavailableAndBm25GoesOn() {
    var never = new CountDownLatch(1);
    var legs = new SearchLegs(store, model -> {
      await(never);
      return new FixedEmbedder(model);
    }, threads, new TimeLimits(Duration.ofMillis(50), Duration.ofSeconds(30)));
    var hanging = new RetrievePassages(catalog, legs, question -> "en", (_, _) -> Expansion.NONE, Rerankers.NONE);

    assertThatThrownBy(() -> hanging.retrieve(Ask.of(KB).request())).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
    assertThat(hanging.retrieve(Ask.of(KB).retriever(Retriever.of("bm25", java.util.Map.of())).request()).hits())
        .isEmpty();
    never.countDown();
  }

  @Test
  void aQuestionLongerThanTheModelReadsIsEmbeddedByItsBeginning() {
    store.answer(DOCUMENT, 0);
    catalog.live(DOCUMENT, 0);

    assertThat(retrieve.retrieve(Ask.of(KB).query("word ".repeat(1600)).request()).hits()).hasSize(1);
    assertThat(QuestionText.fitting("x".repeat(600), new FixedEmbedder(WIDER))).hasSize(480);
    assertThat(QuestionText.fitting("short", new FixedEmbedder(WIDER))).isEqualTo("short");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<UUID> chunks(Retrieval.Answer answer) {
    return answer.hits().stream().map(hit -> hit.passage().chunkId()).toList();
  }
}
