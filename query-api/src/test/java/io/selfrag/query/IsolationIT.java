package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.Tenant;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.CollectionNames;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 3: one tenant never sees another's data. */
@ExtendWith(NothingBlocks.class)
class IsolationIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);
  private static final String TEXT = "the same words about a badger in two tenants";

  @ParameterizedTest
  @ValueSource(strings = {"dense", "bm25", "hybrid"})
  void tenantsWithTheSameTextNeverSeeEachOther(String retriever) {
    var one = SERVICE.tenant();
    var two = SERVICE.tenant();
    var ofOne = LIBRARY.add(one, Library.document(TEXT));
    var ofTwo = LIBRARY.add(two, Library.document(TEXT));
    var ask = Map.<String, Object>of("query", TEXT, "top_k", 50, "retriever_override", Map.of("name", retriever));

    assertThat(onlyDocument(one, ask)).isEqualTo(ofOne);
    assertThat(onlyDocument(two, ask)).isEqualTo(ofTwo);
  }

  @Test
  void anotherTenantsKnowledgeBaseIsNotFoundAloneAndBesideOnesOwn() {
    var one = SERVICE.tenant();
    var two = SERVICE.tenant();
    for (List<UUID> bases : List.of(List.of(two.knowledgeBase()), List.of(one.knowledgeBase(), two.knowledgeBase()))) {
      var answer = SERVICE.post(one.admin(), "/v1/retrieve", Map.of("query", "q", "knowledge_base_ids", bases));
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.code()).isEqualTo("KB_NOT_FOUND");
    }
    var path = "/v1/knowledge-bases/" + two.knowledgeBase();
    for (var answer : List.of(SERVICE.get(one.admin(), path), SERVICE.patch(one.admin(), path, Map.of("name", "n")),
        SERVICE.delete(one.admin(), path))) {
      assertThat(answer.code()).isEqualTo("KB_NOT_FOUND");
    }
  }

  @Test
  void answersRestOnTheCallersOwnPassagesAlone() {
    var one = SERVICE.tenant();
    var two = SERVICE.tenant();
    LIBRARY.add(two, Library.document("The password of the vault is heron."));
    var own = LIBRARY.add(one, Library.document("The vault is in the cellar."));
    QueryService.sharedModel().thinks(it -> it.prompt().contains("heron")
        ? "The password of the vault is heron [1]."
        : "The vault is in the cellar [1].");

    var answer = SERVICE.post(one.read(), "/v1/rag", Map.of("query", "What is the password of the vault in the cellar?",
        "knowledge_base_ids", List.of(one.knowledgeBase())));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/answer")).isEqualTo("The vault is in the cellar. [1]");
    assertThat(answer.at("/sources/0/document_id")).isEqualTo(own.toString());
    for (List<UUID> bases : List.of(List.of(two.knowledgeBase()), List.of(one.knowledgeBase(), two.knowledgeBase()))) {
      var ask = Map.of("query", "vault password", "knowledge_base_ids", bases);
      for (String route : List.of("/v1/rag", "/v1/rag/stream")) {
        assertThat(SERVICE.post(one.admin(), route, ask).code()).as(route).isEqualTo("KB_NOT_FOUND");
      }
      for (boolean stream : new boolean[]{false, true}) {
        var chat = SERVICE.post(one.admin(), "/v1/chat/completions",
            Map.of("knowledge_base_ids", bases, "stream", stream,
                "messages", List.of(Map.of("role", "user", "content", "vault password"))));
        assertThat(chat.status()).isEqualTo(404);
        assertThat(chat.at("/error/code")).isEqualTo("kb_not_found");
      }
    }
  }

  @Test
  void aPointThatNamesTheWrongTenantIsNotShown() {
    var one = SERVICE.tenant();
    var two = SERVICE.tenant();
    var secret = LIBRARY.add(two, Library.document(TEXT));
    copyPointTo(one, two, secret);

    var answer = RetrieveIT.retrieve(one.admin(), one, Map.of("query", TEXT, "explain", true));

    assertThat(answer.body().path("results")).isEmpty();
    assertThat(answer.body().at("/explanation/dropped/not_live").asInt()).as("the index did propose it").isEqualTo(1);
  }

  @Test
  void aPointThatNamesTheWrongKnowledgeBaseIsNotShown() {
    var tenant = SERVICE.tenant();
    var other = SERVICE.knowledgeBase(tenant.admin(), Map.of());
    var secret = LIBRARY.add(tenant.id(), other, Library.document(TEXT));
    copyPointTo(tenant, new Tenant(tenant.id(), other, tenant.read(), tenant.write(), tenant.admin()), secret);

    assertThat(RetrieveIT.retrieve(tenant.admin(), tenant, Map.of("query", TEXT)).body().path("results")).isEmpty();
  }

  /** Spoils the index: the same chunk once more, under the thief's tenant and knowledge base. */
  private static void copyPointTo(Tenant thief, Tenant owner, UUID document) {
    var store = SERVICE.context.getBean(VectorStore.class);
    var collection = CollectionNames.of(owner.id(), "words-and-trigrams", 64, Isolation.PARTITION);
    var filter = new PointFilter(owner.id(), List.of(new PointFilter.Scope(owner.knowledgeBase(), 1)),
        List.of(document), List.of(), null);
    var hit = store.search(collection, SearchRequest.ofText(filter, null, TEXT, 10)).bm25().getFirst();
    LIBRARY.spoil(thief.id(), thief.knowledgeBase(), document, hit.chunkId(), TEXT);
  }

  private static UUID onlyDocument(Tenant tenant, Map<String, Object> ask) {
    var answer = RetrieveIT.retrieve(tenant.read(), tenant, ask);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("results")).hasSize(1);
    return UUID.fromString(answer.at("/results/0/document_id"));
  }
}
