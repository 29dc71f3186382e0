package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RetrievePassagesTest {
  private static final UUID TENANT = new UUID(9, 9);
  private static final UUID KB = new UUID(8, 8);
  private static final UUID DOCUMENT = new UUID(1, 0);
  private static final UUID OTHER = new UUID(2, 0);

  private final ScriptedCatalog catalog = new ScriptedCatalog(KB);
  private final ScriptedStore store = new ScriptedStore();
  private final RetrievePassages retrieve = new RetrievePassages(catalog, store, FixedEmbedder::new,
      (tenant, model) -> ScriptedStore.collectionOf(model), question -> "en");

  @Test
  void liveHitsComeBackBestFirstAndNoMoreThanAsked() {
    store.answer(DOCUMENT, 0, 1, 2);
    catalog.live(DOCUMENT, 0, 1, 2);

    var answer = retrieve.retrieve(request(2));

    assertThat(answer.hits()).extracting(hit -> hit.passage().chunkId()).containsExactly(
        ScriptedStore.chunk(DOCUMENT, 0),
        ScriptedStore.chunk(DOCUMENT, 1));
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

    var answer = retrieve.retrieve(request(5));

    assertThat(answer.hits()).extracting(hit -> hit.passage().chunkId())
        .containsExactlyInAnyOrder(ScriptedStore.chunk(DOCUMENT, 5), ScriptedStore.chunk(OTHER, 7));
    assertThat(store.restrictedSearches()).containsExactly(List.of(DOCUMENT));
  }

  @Test
  void s18RenewalEndsEvenIfADocumentChangesAllTheTime() {
    store.answer(DOCUMENT, 0);
    store.answer(OTHER, 7);
    catalog.live(OTHER, 7);
    catalog.superseded(DOCUMENT, 0);

    var answer = retrieve.retrieve(request(5));

    assertThat(answer.hits()).hasSize(1);
    assertThat(answer.dropped()).containsEntry(Hydration.Reason.SUPERSEDED, 1L);
    assertThat(store.restrictedSearches()).hasSize(3);
  }

  @Test
  void whatTheReaderMayNotSeeIsReplacedByTheNextBest() {
    store.answer(DOCUMENT, java.util.stream.IntStream.range(0, 60).toArray());
    catalog.forbidden(DOCUMENT, java.util.stream.IntStream.range(0, 50).toArray());
    catalog.live(DOCUMENT, java.util.stream.IntStream.range(50, 60).toArray());

    assertThat(retrieve.retrieve(request(5)).hits()).hasSize(5);
  }

  @Test
  void aKnowledgeBaseTheTenantLacksIsNotFound() {
    var request = new Retrieval.Request(TENANT, "q", List.of(KB, new UUID(7, 7)), 5, null, List.of(), List.of(), null,
        1,
        null);

    assertThatThrownBy(() -> retrieve.retrieve(request)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.code()).isEqualTo(ErrorCode.KB_NOT_FOUND));
  }

  @Test
  void theThresholdIsHeld() {
    store.answer(DOCUMENT, 0, 1);
    catalog.live(DOCUMENT, 0, 1);
    var request = new Retrieval.Request(TENANT, "q", List.of(KB), 5, 0.9, List.of(), List.of(),
        RetrieverChoice.hybrid(), 1, null);

    assertThat(retrieve.retrieve(request).hits()).singleElement()
        .satisfies(hit -> assertThat(hit.candidate().score()).isGreaterThanOrEqualTo(0.9));
  }

  @Test
  void aGenerationSwitchDuringTheSearchStartsItAgain() {
    store.answer(DOCUMENT, 0);
    catalog.superseded(DOCUMENT, 0);
    catalog.whenJudged(() -> {
      catalog.switchTo(2, new ModelId("hashing", "hashing", 8));
      store.answer(DOCUMENT, 3);
      catalog.live(DOCUMENT, 3);
    });

    var answer = retrieve.retrieve(request(5));

    assertThat(answer.hits()).extracting(hit -> hit.passage().chunkId())
        .containsExactly(ScriptedStore.chunk(DOCUMENT, 3));
    assertThat(answer.models()).containsExactly(new ModelId("hashing", "hashing", 8));
  }

  private static Retrieval.Request request(int topK) {
    return new Retrieval.Request(TENANT, "question", List.of(KB), topK, null, List.of(), List.of(), null, 1, null);
  }
}
