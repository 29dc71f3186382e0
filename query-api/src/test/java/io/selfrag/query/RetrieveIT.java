package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingBlocks.class)
class RetrieveIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);

  @ParameterizedTest
  @ValueSource(strings = {"dense", "bm25", "hybrid"})
  void everyRetrieverFindsThePassageWithItsSourceAndItsNeighbours(String retriever) {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("a first part about nothing", "the badger digs a burrow", "and ends")
        .titled("Badgers").metadata(Map.of("year", 2024)));
    LIBRARY.add(tenant, Library.document("trains leave at noon"));

    var answer = retrieve(tenant.read(), tenant, Map.of("query", "badger burrow", "retriever_override",
        Map.of("name", retriever)));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var best = answer.body().at("/results/0");
    assertThat(best.path("document_id").asString()).isEqualTo(id.toString());
    assertThat(best.path("knowledge_base_id").asString()).isEqualTo(tenant.knowledgeBase().toString());
    assertThat(best.path("text").asString()).isEqualTo("the badger digs a burrow");
    assertThat(best.path("context_before").asString()).isEqualTo("a first part about nothing");
    assertThat(best.path("context_after").asString()).isEqualTo("and ends");
    assertThat(best.path("context_text").asString())
        .isEqualTo("a first part about nothing\nthe badger digs a burrow\nand ends");
    assertThat(best.at("/metadata/title").asString()).isEqualTo("Badgers");
    assertThat(best.at("/metadata/year").asInt()).isEqualTo(2024);
    assertThat(best.at("/metadata/heading_path/0").asString()).isEqualTo("Heading");
    assertThat(best.at("/metadata/char_start").asInt()).isEqualTo(27);
    assertThat(best.at("/scores/dense").isNumber()).isEqualTo(!retriever.equals("bm25"));
    assertThat(answer.at("/model/retriever")).isEqualTo(retriever);
    assertThat(answer.at("/model/embedding_provider")).isEqualTo("hashing");
    assertThat(answer.at("/hyde_queries")).isEqualTo("null");
  }

  @Test
  void theContextWindowIsAsWideAsAsked() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("one", "two", "three badgers", "four", "five"));

    assertThat(retrieve(tenant.read(), tenant, Map.of("query", "badgers", "top_k", 1, "context_window", 0))
        .at("/results/0/context_text")).isEqualTo("three badgers");
    assertThat(retrieve(tenant.read(), tenant, Map.of("query", "badgers", "top_k", 1, "context_window", 5))
        .at("/results/0/context_text")).isEqualTo("one\ntwo\nthree badgers\nfour\nfive");
  }

  @Test
  void metadataFiltersMeanWhatTheySay() {
    var tenant = SERVICE.tenant();
    var old = LIBRARY.add(tenant, Library.document("badger one").metadata(Map.of("year", 1999, "tags", List.of("a"))));
    var mid = LIBRARY.add(tenant, Library.document("badger two").metadata(Map.of("year", 2010, "tags", List.of("b"))));
    var none = LIBRARY.add(tenant, Library.document("badger three"));

    assertThat(documents(filtered(tenant, Map.of("year", 1999)))).containsExactly(old);
    assertThat(documents(filtered(tenant, Map.of("tags", "b")))).containsExactly(mid);
    assertThat(documents(filtered(tenant, Map.of("tags", Map.of("$in", List.of("a", "b"))))))
        .containsExactlyInAnyOrder(old, mid);
    assertThat(documents(filtered(tenant, Map.of("year", Map.of("$gte", 2000, "$lte", 2010))))).containsExactly(mid);
    assertThat(documents(filtered(tenant, Map.of("year", Map.of("$exists", false))))).containsExactly(none);
    assertThat(documents(filtered(tenant, Map.of("year", Map.of("$exists", true), "tags", "a"))))
        .containsExactly(old);
  }

  @Test
  void thresholdsAndTopKOfTheKnowledgeBaseHoldUnlessTheRequestHasItsOwn() {
    var tenant = SERVICE.tenant();
    var base = SERVICE.knowledgeBase(tenant.admin(),
        Map.of("query", Map.of("top_k", 2, "score_threshold", 0.01, "retriever", Map.of("name", "dense"))));
    for (int i = 0; i < 9; i++) {
      LIBRARY.add(tenant.id(), base, Library.document("badger number " + i));
    }
    var ask = Map.<String, Object>of("query", "badger number", "knowledge_base_ids", List.of(base));

    var own = SERVICE.post(tenant.read(), "/v1/retrieve", ask);
    assertThat(own.at("/model/retriever")).isEqualTo("dense");
    assertThat(own.body().path("results")).hasSize(2);
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", with(ask, "top_k", 7)).body().path("results")).hasSize(7);
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", with(ask, "score_threshold", 1.5)).body().path("results"))
        .isEmpty();
  }

  @Test
  void knowledgeBasesOfDifferentModelsAndRetrieversAreSearchedTogether() {
    var tenant = SERVICE.tenant();
    var wide = SERVICE.knowledgeBase(tenant.admin(), Map.of("embedding", Map.of("provider", "hashing", "dim", 128),
        "query", Map.of("retriever", Map.of("name", "bm25"))));
    var near = LIBRARY.add(tenant, Library.document("a badger in the first"));
    var far = LIBRARY.add(tenant.id(), wide,
        Library.document("a badger in the second").model(HashingEmbedder.idOf(128)));

    var answer = SERVICE.post(tenant.read(), "/v1/retrieve",
        Map.of("query", "badger", "knowledge_base_ids", List.of(tenant.knowledgeBase(), wide)));

    assertThat(documents(answer)).containsExactlyInAnyOrder(near, far);
    assertThat(answer.at("/model/retriever")).isEqualTo("hybrid,bm25");
  }

  @Test
  void s26ATenantWithACollectionOfItsOwnFindsItsDocuments() {
    var tenant = SERVICE.tenant(Map.of("isolation_strategy", "collection"));
    var id = LIBRARY.add(tenant, Library.document("badger").isolation(Isolation.COLLECTION));

    assertThat(documents(retrieve(tenant.read(), tenant, Map.of("query", "badger")))).containsExactly(id);
  }

  @Test
  void mmrPutsSomethingElseBeforeACopy() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("the badger digs a deep burrow"));
    LIBRARY.add(tenant, Library.document("the badger digs a deep burrow"));
    LIBRARY.add(tenant, Library.document("badger watching near the river at night"));
    var ask = Map.<String, Object>of("query", "the badger digs a deep burrow", "top_k", 2);

    assertThat(texts(retrieve(tenant.read(), tenant, ask))).containsExactly("the badger digs a deep burrow",
        "the badger digs a deep burrow");
    assertThat(texts(retrieve(tenant.read(), tenant, with(ask, "mmr_lambda", 0.3)))).containsExactly(
        "the badger digs a deep burrow", "badger watching near the river at night");
  }

  @Test
  void s18AHitWhoseDocumentWasDeletedAfterItWasIndexedIsNotShownAndOthersTakeItsPlace() {
    var tenant = SERVICE.tenant();
    var doomed = LIBRARY.add(tenant,
        Library.document(IntStream.range(0, 130).mapToObj(i -> "badger badger " + i).toArray(String[]::new)));
    var kept = LIBRARY.add(tenant, Library.document("a badger seen once in a long text about other animals"));
    LIBRARY.delete(tenant, doomed);

    var answer = retrieve(tenant.read(), tenant, Map.of("query", "badger", "explain", true));

    assertThat(documents(answer)).containsExactly(kept);
    assertThat(answer.body().at("/explanation/dropped/not_live").asInt()).isEqualTo(130);
  }

  @Test
  void s18AHitOfAReplacedVersionIsReplacedByOneOfTheNewVersion() {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("the old badger"));

    LIBRARY.add(tenant, Library.draft(id, "the new badger"));

    assertThat(texts(retrieve(tenant.read(), tenant, Map.of("query", "badger")))).containsExactly("the new badger");
  }

  @Test
  void aVersionThatIsStillBeingWrittenIsNotShown() {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("the old badger"));
    var next = Library.draft(id, "the new badger", "and its end");
    var rows = LIBRARY.write(LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), next), next);
    LIBRARY.flip(rows.subList(0, 1));

    var answer = retrieve(tenant.read(), tenant, Map.of("query", "the badger", "explain", true));

    assertThat(texts(answer)).containsExactly("the old badger");
    assertThat(answer.body().at("/explanation/dropped/not_yet").asInt()).isEqualTo(1);
    LIBRARY.flip(rows);
    assertThat(texts(retrieve(tenant.read(), tenant, Map.of("query", "the new badger")))).first()
        .isEqualTo("the new badger");
  }

  @Test
  void aReaderSeesWhatItsIdentityMayReadAndAnAdminKeyEverything() {
    var tenant = SERVICE.tenant();
    var open = LIBRARY.add(tenant, Library.document("open badger"));
    var internal = LIBRARY.add(tenant, Library.document("internal badger").secret(Sensitivity.INTERNAL));
    var ada = LIBRARY.add(tenant, Library.document("badger of ada").secret(Sensitivity.RESTRICTED, "ada"));
    var asAda = SERVICE.key(tenant.admin(),
        Map.of("identity", Map.of("user_id", "ada", "clearance", "restricted")));

    var ask = Map.<String, Object>of("query", "badger");
    assertThat(documents(retrieve(tenant.read(), tenant, ask))).containsExactly(open);
    assertThat(documents(retrieve(asAda, tenant, ask))).containsExactlyInAnyOrder(open, internal, ada);
    assertThat(documents(retrieve(tenant.admin(), tenant, ask))).containsExactlyInAnyOrder(open, internal, ada);
  }

  @Test
  void aKeyThatMayReadNothingInAnyKnowledgeBaseHasNoPermission() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("internal badger").secret(Sensitivity.INTERNAL));
    var other = SERVICE.knowledgeBase(tenant.admin(), Map.of());

    assertThat(retrieve(tenant.read(), tenant, Map.of("query", "badger")).code()).isEqualTo("NO_PERMISSION");
    assertThat(retrieve(tenant.read(), tenant, Map.of("query", "badger")).status()).isEqualTo(403);
    var empty = SERVICE.post(tenant.read(), "/v1/retrieve",
        Map.of("query", "badger", "knowledge_base_ids", List.of(other)));
    assertThat(empty.status()).as("an empty knowledge base forbids nothing").isEqualTo(200);
    LIBRARY.add(tenant.id(), other, Library.document("an open badger"));
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve",
        Map.of("query", "badger", "knowledge_base_ids", List.of(other, tenant.knowledgeBase()))).body().path("results"))
        .hasSize(1);
  }

  @Test
  void explainSaysWhyADocumentIsNotAmongTheResults() {
    var tenant = SERVICE.tenant();
    var shown = LIBRARY.add(tenant, Library.document("badger"));
    var secret = LIBRARY.add(tenant, Library.document("badger").secret(Sensitivity.RESTRICTED));
    var pending = LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger")).documentId();
    var deleted = LIBRARY.add(tenant, Library.document("badger"));
    LIBRARY.delete(tenant, deleted);
    var foreign = SERVICE.tenant();
    var theirs = LIBRARY.add(foreign, Library.document("badger"));

    assertThat(presence(tenant.read(), tenant, shown, Map.of())).isEqualTo("among_results");
    assertThat(presence(tenant.read(), tenant, pending, Map.of())).isEqualTo("not_indexed");
    assertThat(presence(tenant.read(), tenant, deleted, Map.of())).isEqualTo("deleted");
    assertThat(presence(tenant.read(), tenant, theirs, Map.of())).isEqualTo("not_found");
    assertThat(presence(tenant.read(), tenant, UUID.randomUUID(), Map.of())).isEqualTo("not_found");
    assertThat(presence(tenant.read(), tenant, secret, Map.of())).as("no oracle").isEqualTo("not_found");
    assertThat(presence(tenant.admin(), tenant, secret, Map.of())).isEqualTo("among_results");
    assertThat(presence(tenant.read(), tenant, shown, Map.of("metadata_filter", Map.of("a", 1))))
        .isEqualTo("filtered_out");
    assertThat(presence(tenant.read(), tenant, shown, Map.of("score_threshold", 5))).isEqualTo("below_threshold");
    assertThat(presence(tenant.read(), tenant, shown, Map.of("query", "xyzzy", "retriever_override",
        Map.of("name", "bm25")))).isEqualTo("not_a_candidate");
  }

  @Test
  void aLongChineseQuestionIsAnswered() {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("如何备份向量数据库"));
    var question = new StringBuilder("如何备份向量数据库");
    for (int i = 0; question.length() < 8000; i++) {
      question.append(Character.toString(0x4e00 + i));
    }

    assertThat(documents(retrieve(tenant.read(), tenant, Map.of("query", question.toString())))).containsExactly(id);
  }

  @Test
  void wrongFieldsAreRefusedWithTheirPaths() {
    var tenant = SERVICE.tenant();
    refused(tenant, Map.of("query", " "), "query");
    refused(tenant, Map.of("query", "x".repeat(8193)), "query");
    refused(tenant, Map.of("query", "q", "top_k", 51), "top_k");
    refused(tenant, Map.of("query", "q", "top_k", 1.5), "top_k");
    refused(tenant, Map.of("query", "q", "context_window", 6), "context_window");
    refused(tenant, Map.of("query", "q", "mmr_lambda", 1.1), "mmr_lambda");
    refused(tenant, Map.of("query", "q", "rerank", true), "rerank");
    refused(tenant, Map.of("query", "q", "rerank", false, "rerank_top_k", 5), "rerank_top_k");
    refused(tenant, Map.of("query", "q", "explain_document_id", UUID.randomUUID()), "explain_document_id");
    refused(tenant, Map.of("query", "q", "retriever_override", Map.of("name", "telepathy")), "retriever_override");
    refused(tenant, Map.of("query", "q", "metadata_filter", Map.of("a", Map.of("$regex", "b"))), "metadata_filter");
    refused(tenant, Map.of("query", "q", "stream", true), "stream");
    refused(tenant, Map.of("query", "q", "knowledge_base_ids", List.of()), "knowledge_base_ids");
    refused(tenant, Map.of("query", "q", "knowledge_base_ids", List.of("no-id")), "knowledge_base_ids");
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", "{").status()).isEqualTo(422);
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", "").status()).isEqualTo(422);
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", Map.of("query", "q")).at("/errors/0/type"))
        .isEqualTo("missing");
    assertThat(SERVICE.post(tenant.read(), "/v1/retrieve", Map.of()).body().path("errors")).hasSize(2);
  }

  private static void refused(Tenant tenant, Map<String, Object> fields, String field) {
    var answer = retrieve(tenant.read(), tenant, fields);
    assertThat(answer.status()).as(fields + " " + answer.text()).isEqualTo(422);
    assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.at("/errors/0/loc/1")).isEqualTo(field);
  }

  private static String presence(As as, Tenant tenant, UUID document, Map<String, Object> fields) {
    var ask = new HashMap<String, Object>(
        Map.of("query", "badger", "explain", true, "explain_document_id", document));
    ask.putAll(fields);
    return retrieve(as, tenant, ask).at("/explanation/document/reason");
  }

  private static Answer filtered(Tenant tenant, Map<String, Object> filter) {
    return retrieve(tenant.read(), tenant, Map.of("query", "badger", "metadata_filter", filter));
  }

  static Answer retrieve(As as, Tenant tenant, Map<String, Object> fields) {
    var body = new HashMap<String, Object>(Map.of("knowledge_base_ids", List.of(tenant.knowledgeBase())));
    body.putAll(fields);
    return SERVICE.post(as, "/v1/retrieve", body);
  }

  private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
    var more = new HashMap<>(fields);
    more.put(name, value);
    return more;
  }

  private static List<UUID> documents(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var ids = new ArrayList<UUID>();
    answer.body().path("results").forEach(it -> ids.add(UUID.fromString(it.path("document_id").asString())));
    return ids.stream().distinct().toList();
  }

  private static List<String> texts(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var texts = new ArrayList<String>();
    answer.body().path("results").forEach(it -> texts.add(it.path("text").asString()));
    return texts;
  }
}
