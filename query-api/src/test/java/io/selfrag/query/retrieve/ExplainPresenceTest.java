package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.retrieve.PassageCatalog.Standing;
import io.selfrag.query.retrieve.Presence.Reason;
import io.selfrag.vectorstore.MetadataCondition;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExplainPresenceTest {
  private static final UUID KB = ScriptedStore.KNOWLEDGE_BASE;
  private static final UUID DOCUMENT = new UUID(1, 0);
  private static final UUID OTHER = new UUID(2, 0);
  private static final Standing LIVE = new Standing(true, false, "completed");

  private final ScriptedCatalog catalog = new ScriptedCatalog(KB);
  private final ScriptedStore store = new ScriptedStore();
  private final RetrievePassages retrieve = new RetrievePassages(catalog,
      new SearchLegs(store, FixedEmbedder::new, Runnable::run,
          new TimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(30))),
      question -> "en", (_, _) -> Expansion.NONE, Rerankers.NONE);

  @Test
  void aDocumentThatIsShownIsSaidToBe() {
    store.answer(DOCUMENT, 0);
    catalog.live(DOCUMENT, 0);

    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.AMONG_RESULTS);
  }

  @Test
  void whatTheCallerMayNotKnowOfIsNotFound() {
    store.answer(DOCUMENT, 0);
    catalog.forbidden(DOCUMENT, 0);

    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void aDeletedAndAnUnfinishedDocumentAreToldApart() {
    catalog.stands(DOCUMENT, new Standing(false, true, "it was deleted"));
    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.DELETED);

    catalog.stands(DOCUMENT, new Standing(false, false, "failed: CORRUPT"));
    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.NOT_INDEXED);
  }

  @Test
  void aLowScoreAndALowRankAreToldApart() {
    catalog.stands(DOCUMENT, LIVE);
    store.answer(OTHER, IntStream.range(0, 9).toArray());
    catalog.live(OTHER, IntStream.range(0, 9).toArray());
    store.answer(DOCUMENT, 9);
    catalog.live(DOCUMENT, 9);

    assertThat(reason(Ask.of(KB).topK(3))).isEqualTo(Reason.BELOW_TOP_K);
    assertThat(reason(Ask.of(KB).topK(3).threshold(0.5))).isEqualTo(Reason.BELOW_THRESHOLD);
  }

  @Test
  void aDocumentThatChangesAllTheTimeIsSuperseded() {
    catalog.stands(DOCUMENT, LIVE);
    store.answer(DOCUMENT, 0);
    catalog.superseded(DOCUMENT, 0);

    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.SUPERSEDED);
  }

  @Test
  void aFilterThatExcludesItAndAQuestionThatMissesItAreToldApart() {
    catalog.stands(DOCUMENT, LIVE);
    catalog.live(OTHER, IntStream.range(0, 200).toArray());
    store.answer(OTHER, IntStream.range(0, 200).toArray());
    store.answer(DOCUMENT, 500);
    store.hideByMetadata(DOCUMENT);

    assertThat(reason(Ask.of(KB).metadata(new MetadataCondition.Exists("a", true)))).isEqualTo(Reason.FILTERED_OUT);
    assertThat(reason(Ask.of(KB))).isEqualTo(Reason.NOT_A_CANDIDATE);
  }

  private Reason reason(Ask ask) {
    return Objects.requireNonNull(retrieve.retrieve(ask.explained(DOCUMENT).request()).presence()).reason();
  }
}
