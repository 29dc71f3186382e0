package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.retrieve.Hydration.Reason;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What retrieval relies on in what it is told about hits, by PostgreSQL and by the catalog of its own unit tests. */
public abstract class PassageCatalogContract {
  protected static final Viewer NOBODY = new Viewer(null, List.of(), List.of(), "public");
  protected static final Viewer ADA = new Viewer("ada", List.of(), List.of(), "restricted");

  /** A version of a document. */
  public record Stored(UUID document, List<UUID> chunks) {}

  protected abstract PassageCatalog catalog();

  protected abstract UUID tenant();

  protected abstract UUID knowledgeBase();

  /** A live document. */
  protected abstract Stored add(String... texts);

  /** A live document that ada may read and nobody else but administrators. */
  protected abstract Stored addForAda(String text);

  protected abstract Stored replace(Stored before, String... texts);

  /** Writes the next version without making it live. */
  protected abstract Stored beginToReplace(Stored before, String... texts);

  protected abstract void delete(Stored document);

  @Test
  void knowledgeBasesTheTenantLacksAreMissing() {
    var found = catalog().targets(tenant(), List.of(knowledgeBase(), new UUID(7, 7)));

    assertThat(found).extracting(SearchTarget::knowledgeBaseId).containsExactly(knowledgeBase());
    assertThat(found.getFirst().models()).isNotEmpty();
  }

  @Test
  void everyHitIsAnsweredOnce() {
    var one = add("a", "b");
    var two = add("c");

    var answers = hydrate(null, one, two);

    assertThat(answers).hasSize(3).allMatch(Hydration.Live.class::isInstance).extracting(Hydration::chunkId)
        .containsExactlyInAnyOrder(one.chunks().get(0), one.chunks().get(1), two.chunks().get(0));
  }

  @Test
  void nothingIsKnownOfAHitThatIsNoChunk() {
    assertThat(hydrate(null, new Stored(UUID.randomUUID(), List.of(UUID.randomUUID())))).singleElement()
        .isInstanceOfSatisfying(Hydration.Dropped.class, it -> assertThat(it.reason()).isEqualTo(Reason.NOT_LIVE));
  }

  @Test
  void hitsOfADeletedDocumentAreNotLive() {
    var document = add("a");
    delete(document);

    assertThat(reasons(null, document)).containsExactly(Reason.NOT_LIVE);
  }

  @Test
  void hitsOfTheVersionBeforeAreSuperseded() {
    var before = add("a", "b");
    var after = replace(before, "c");

    assertThat(reasons(null, before)).containsExactly(Reason.SUPERSEDED, Reason.SUPERSEDED);
    assertThat(hydrate(null, after)).allMatch(Hydration.Live.class::isInstance);
  }

  @Test
  void hitsOfTheVersionAfterAreNotYetThere() {
    var live = add("a");
    var next = beginToReplace(live, "b");

    assertThat(reasons(null, next)).containsExactly(Reason.NOT_YET);
    assertThat(hydrate(null, live)).allMatch(Hydration.Live.class::isInstance);
  }

  @Test
  void whatAViewerMayNotReadIsForbiddenAndNullReadsEverything() {
    var document = addForAda("a");

    assertThat(reasons(NOBODY, document)).containsExactly(Reason.FORBIDDEN);
    assertThat(hydrate(ADA, document)).allMatch(Hydration.Live.class::isInstance);
    assertThat(hydrate(null, document)).allMatch(Hydration.Live.class::isInstance);
  }

  protected List<Hydration> hydrate(@Nullable Viewer viewer, Stored... documents) {
    return hydrate(List.of(knowledgeBase()), viewer, documents);
  }

  protected List<Hydration> hydrate(List<UUID> knowledgeBases, @Nullable Viewer viewer, Stored... documents) {
    var hits = new ArrayList<Candidate>();
    for (Stored document : documents) {
      document.chunks().forEach(it -> hits.add(new Candidate(it, document.document(), knowledgeBase(), 1, 1.0, null)));
    }
    return catalog().hydrate(tenant(), knowledgeBases, hits, 1, viewer);
  }

  private List<Reason> reasons(@Nullable Viewer viewer, Stored document) {
    return hydrate(viewer, document).stream().map(it -> ((Hydration.Dropped) it).reason()).toList();
  }
}
