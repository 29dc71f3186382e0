package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.search.PassageQueries;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.query.passages.CatalogPassages;
import io.selfrag.query.retrieve.Hydration;
import io.selfrag.query.retrieve.PassageCatalog;
import io.selfrag.query.retrieve.PassageCatalogContract;
import io.selfrag.schemas.avro.Sensitivity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.ObjectMapper;

/** PostgreSQL as retrieval sees it. */
@ExtendWith(NothingBlocks.class)
class CatalogPassagesIT extends PassageCatalogContract {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);

  private final Tenant tenant = SERVICE.tenant();
  private final PassageCatalog catalog = new CatalogPassages(
      new PassageQueries(SERVICE.context.getBean(CatalogDatabase.class)), SERVICE.context.getBean(ObjectMapper.class),
      Duration.ofSeconds(30));

  @Override
  protected PassageCatalog catalog() {
    return catalog;
  }

  @Override
  protected UUID tenant() {
    return tenant.id();
  }

  @Override
  protected UUID knowledgeBase() {
    return tenant.knowledgeBase();
  }

  @Override
  protected Stored add(String... texts) {
    return live(Library.document(texts));
  }

  @Override
  protected Stored addForAda(String text) {
    return live(Library.document(text).secret(Sensitivity.RESTRICTED, "ada"));
  }

  @Override
  protected Stored replace(Stored before, String... texts) {
    return live(Library.draft(before.document(), texts));
  }

  @Override
  protected Stored beginToReplace(Stored before, String... texts) {
    var next = Library.draft(before.document(), texts);
    var rows = LIBRARY.write(LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), next), next);
    var unfinished = Library.incomplete(rows);
    LIBRARY.flip(unfinished);
    return new Stored(before.document(), Library.chunkIds(rows));
  }

  @Override
  protected void delete(Stored document) {
    LIBRARY.delete(tenant, document.document());
  }

  private Stored live(Library.Draft draft) {
    var rows = LIBRARY.write(LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), draft), draft);
    LIBRARY.flip(rows);
    return new Stored(draft.id(), Library.chunkIds(rows));
  }

  @Test
  void chunksOfTheVersionBeforeAreSupersededAfterTheirRowsAreGone() {
    var before = add("a");
    replace(before, "b");
    SERVICE.sql("delete from chunks where id = '" + before.chunks().getFirst() + "'");

    assertThat(hydrate(null, before)).singleElement().isInstanceOfSatisfying(Hydration.Dropped.class,
        it -> assertThat(it.reason()).isEqualTo(Hydration.Reason.SUPERSEDED));
  }

  @Test
  void whatIsOfAnotherKnowledgeBaseOrTenantIsNotLive() {
    var document = add("a");
    var other = SERVICE.tenant();

    assertThat(hydrate(List.of(other.knowledgeBase()), null, document)).allMatch(Hydration.Dropped.class::isInstance);
    assertThat(catalog.targets(other.id(), List.of(tenant.knowledgeBase()))).isEmpty();
    assertThat(catalog.vectors(other.id(), document.chunks())).isEmpty();
    assertThat(catalog.standing(other.id(), List.of(tenant.knowledgeBase()), document.document(), null)).isEmpty();
  }

  @Test
  void vectorsAreThoseThatWereIndexed() {
    var document = add("a badger");

    assertThat(catalog.vectors(tenant.id(), document.chunks())).containsOnlyKeys(document.chunks())
        .allSatisfy((_, vector) -> assertThat(vector).hasSize(64));
  }

  @Test
  void howADocumentStandsIsKnownToThoseWhoMayReadIt() {
    var document = addForAda("a");
    var bases = List.of(tenant.knowledgeBase());

    assertThat(catalog.standing(tenant.id(), bases, document.document(), NOBODY)).isEmpty();
    assertThat(catalog.standing(tenant.id(), bases, document.document(), ADA)).get()
        .satisfies(it -> assertThat(it.live()).isTrue());
    delete(document);
    assertThat(catalog.standing(tenant.id(), bases, document.document(), ADA)).get()
        .satisfies(it -> assertThat(it.deleted()).isTrue());
  }

  @Test
  void nothingIsReadableOnlyWhereThereIsSomething() {
    var bases = List.of(tenant.knowledgeBase());
    assertThat(catalog.nothingReadable(tenant.id(), bases, NOBODY)).isFalse();
    addForAda("a");
    assertThat(catalog.nothingReadable(tenant.id(), bases, NOBODY)).isTrue();
    assertThat(catalog.nothingReadable(tenant.id(), bases, ADA)).isFalse();
    add("b");
    assertThat(catalog.nothingReadable(tenant.id(), bases, NOBODY)).isFalse();
  }

  @Test
  void aKnowledgeBasesOwnWishesComeWithIt() {
    var base = SERVICE.knowledgeBase(tenant.admin(),
        Map.of("query", Map.of("top_k", 9, "score_threshold", 0.3, "retriever", Map.of("name", "bm25"))));

    var target = catalog.targets(tenant.id(), List.of(base)).getFirst();

    assertThat(target.topK()).isEqualTo(9);
    assertThat(target.scoreThreshold()).isEqualTo(0.3);
    assertThat(target.retriever().kind().wireName()).isEqualTo("bm25");
  }
}
