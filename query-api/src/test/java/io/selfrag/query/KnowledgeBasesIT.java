package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class KnowledgeBasesIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);

  @Test
  void aKnowledgeBaseIsCreatedWithItsDefaultsAndFound() {
    var tenant = SERVICE.tenant();
    var created = SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "手册", "description", "d"));

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.body().propertyNames()).containsExactlyInAnyOrder("id", "name", "description", "config",
        "document_count", "chunk_count", "created_at", "updated_at");
    assertThat(created.at("/config/ingestion/chunker/name")).isEqualTo("recursive");
    assertThat(created.at("/config/ingestion/language")).isEqualTo("auto");
    assertThat(created.at("/config/query/retriever/name")).isEqualTo("hybrid");
    assertThat(created.at("/config/query/top_k")).isEqualTo("5");
    assertThat(created.at("/config/embedding/provider")).isEqualTo("hashing");
    assertThat(SERVICE.get(tenant.read(), "/v1/knowledge-bases/" + created.at("/id")).body())
        .isEqualTo(created.body());
    assertThat(SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "手册")).code())
        .isEqualTo("KB_NAME_EXISTS");
    assertThat(SERVICE.post(SERVICE.tenant().write(), "/v1/knowledge-bases", Map.of("name", "手册")).status())
        .as("names are a tenant's own").isEqualTo(201);
  }

  @Test
  void theSameIdempotencyKeyMakesOneKnowledgeBase() {
    var tenant = SERVICE.tenant();
    var key = UUID.randomUUID().toString();
    var first = SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "k"), "Idempotency-Key", key);
    var again = SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "k"), "Idempotency-Key", key);

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("idempotency-replayed")).isEqualTo("true");
    assertThat(SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "l"), "Idempotency-Key", key).code())
        .isEqualTo("IDEMPOTENCY_KEY_REUSED");
    assertThat(
        SERVICE.post(SERVICE.tenant().write(), "/v1/knowledge-bases", Map.of("name", "k"), "Idempotency-Key", key)
            .status())
        .as("keys are a credential's own").isEqualTo(201);
  }

  @Test
  void theQuotaIsHeldAndADeleteGivesBack() {
    var tenant = SERVICE.tenant(Map.of("quota_kb_count", 2));
    var second = SERVICE.knowledgeBase(tenant.write(), Map.of());

    var refused = SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "third"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");

    assertThat(SERVICE.delete(tenant.write(), "/v1/knowledge-bases/" + second).status()).isEqualTo(204);
    assertThat(SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "third")).status()).isEqualTo(201);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants/" + tenant.id()).at("/kb_count")).isEqualTo("2");
  }

  @Test
  void s21ParallelCreationsFillTheQuotaExactly() {
    var tenant = SERVICE.tenant(Map.of("quota_kb_count", 10));
    List<Answer> answers;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sent = IntStream.range(0, 100).mapToObj(i -> CompletableFuture
          .supplyAsync(() -> SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "n" + i)), threads))
          .toList();
      answers = sent.stream().map(CompletableFuture::join).toList();
    }

    // One came with the tenant.
    assertThat(answers).filteredOn(it -> it.status() == 201).hasSize(9);
    assertThat(answers).filteredOn(it -> it.status() == 403).hasSize(91)
        .allSatisfy(it -> assertThat(it.code()).isEqualTo("QUOTA_EXCEEDED"));
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants/" + tenant.id()).at("/kb_count")).isEqualTo("10");
    assertThat(SERVICE.get(tenant.read(), "/v1/knowledge-bases?page_size=100").at("/total")).isEqualTo("10");
  }

  @Test
  void countsFollowTheDocuments() {
    var tenant = SERVICE.tenant();
    var path = "/v1/knowledge-bases/" + tenant.knowledgeBase();
    LIBRARY.add(tenant, Library.document("one", "two", "three"));
    var id = LIBRARY.add(tenant, Library.document("four"));
    assertThat(SERVICE.get(tenant.read(), path).at("/document_count")).isEqualTo("2");
    assertThat(SERVICE.get(tenant.read(), path).at("/chunk_count")).isEqualTo("4");

    LIBRARY.add(tenant, Library.draft(id, "four", "five"));

    assertThat(SERVICE.get(tenant.read(), path).at("/document_count")).isEqualTo("2");
    assertThat(SERVICE.get(tenant.read(), path).at("/chunk_count")).isEqualTo("5");
  }

  @Test
  void aPatchMergesTheConfiguration() {
    var tenant = SERVICE.tenant();
    var path = "/v1/knowledge-bases/" + tenant.knowledgeBase();
    SERVICE.patch(tenant.write(), path, Map.of("config", Map.of("query", Map.of("top_k", 7, "score_threshold", 0.2),
        "metadata_schema", Map.of("a", 1, "b", 2))));

    var removed = new HashMap<String, Object>();
    removed.put("a", null);
    removed.put("c", 3);
    var patched = SERVICE.patch(tenant.write(), path, Map.of("description", "new", "config",
        Map.of("query", Map.of("retriever", Map.of("name", "bm25")), "metadata_schema", removed)));

    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    assertThat(patched.at("/description")).isEqualTo("new");
    assertThat(patched.at("/config/query/top_k")).isEqualTo("7");
    assertThat(patched.at("/config/query/score_threshold")).isEqualTo("0.2");
    assertThat(patched.at("/config/query/retriever/name")).isEqualTo("bm25");
    assertThat(patched.body().at("/config/metadata_schema").propertyNames()).containsExactlyInAnyOrder("b", "c");
    assertThat(SERVICE.get(tenant.read(), path).body()).isEqualTo(patched.body());
  }

  @Test
  void S19howDocumentsAreCutAndEmbeddedChangesByAReindexingWhereThereAreSome() {
    var tenant = SERVICE.tenant();
    var path = "/v1/knowledge-bases/" + tenant.knowledgeBase();
    var change = Map.<String, Object>of("config", Map.of("ingestion", Map.of("chunker",
        Map.of("name", "sliding_window", "params", Map.of()))));
    assertThat(SERVICE.patch(tenant.write(), path, change).status()).isEqualTo(200);
    LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), Library.document("badger"));

    var started = SERVICE.patch(tenant.write(), path, Map.of("description", "new", "config",
        Map.of("embedding", Map.of("provider", "hashing", "dim", 128))));

    assertThat(started.status()).as(started.text()).isEqualTo(202);
    assertThat(started.at("/state")).isEqualTo("filling");
    assertThat(started.at("/to_generation")).isEqualTo("2");
    assertThat(started.at("/to_config/embedding/dim")).isEqualTo("128");
    assertThat(
        SERVICE.post(tenant.write(), path + "/reindex", Map.of("embedding", Map.of("provider", "hashing", "dim", 0)))
            .status())
        .as("what cannot be is refused").isEqualTo(422);
    var job = "/v1/reindex-jobs/" + started.at("/id");
    assertThat(SERVICE.get(tenant.read(), job).status()).isEqualTo(200);
    var shown = SERVICE.get(tenant.read(), path);
    assertThat(shown.at("/description")).as("what needs no reindexing changes at once").isEqualTo("new");
    assertThat(shown.body().at("/config/embedding/dim").isNull()).as("queries still see the old index").isTrue();
    var again = SERVICE.patch(tenant.write(), path, Map.of("config", Map.of("embedding", Map.of("dim", 32))));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("INVALID_STATUS");
    assertThat(SERVICE.post(tenant.write(), path + "/reindex", Map.of()).status()).isEqualTo(409);
    assertThat(SERVICE.post(tenant.write(), job + "/rollback", Map.of()).status()).isEqualTo(409);
    assertThat(SERVICE.post(tenant.read(), job + "/cancel", Map.of()).status()).isEqualTo(403);
    assertThat(SERVICE.post(tenant.write(), job + "/cancel", Map.of()).at("/state")).isEqualTo("cancelling");
    assertThat(SERVICE.get(SERVICE.tenant().read(), job).code()).isEqualTo("JOB_NOT_FOUND");
    assertThat(SERVICE.patch(tenant.write(), path, Map.of("name", "n", "config", Map.of("query", Map.of("top_k", 9))))
        .status()).as("the rest may change").isEqualTo(200);
  }

  @Test
  void wrongConfigurationsAreRefusedWithAReason() {
    var tenant = SERVICE.tenant();
    refused(tenant.write(), Map.of("ingestion", Map.of("chunker", Map.of("name", "magic"))), "INVALID_CHUNKER", 400);
    refused(tenant.write(),
        Map.of("ingestion", Map.of("chunker", Map.of("name", "recursive", "params", Map.of("size", -1)))),
        "INVALID_CHUNKER", 400);
    refused(tenant.write(), Map.of("embedding", Map.of("provider", "openai")), "KB_CONFIG_ERROR", 400);
    refused(tenant.write(), Map.of("embedding", Map.of("provider", "onnx", "model", "none")), "KB_CONFIG_ERROR", 400);
    refused(tenant.write(), Map.of("query", Map.of("retriever", Map.of("name", "telepathy"))), "KB_CONFIG_ERROR", 400);
    refused(tenant.write(), Map.of("ingestion", Map.of("language", "fr")), "VALIDATION_ERROR", 422);
    refused(tenant.write(), Map.of("query", Map.of("top_k", 51)), "VALIDATION_ERROR", 422);
    refused(tenant.write(), Map.of("other", Map.of()), "VALIDATION_ERROR", 422);
    for (Map<String, Object> body : List.<Map<String, Object>>of(Map.of(), Map.of("name", " "),
        Map.of("name", "n".repeat(256)), Map.of("name", "n", "description", "d".repeat(4001)))) {
      assertThat(SERVICE.post(tenant.write(), "/v1/knowledge-bases", body).status()).isEqualTo(422);
    }
  }

  private static void refused(As as, Map<String, Object> config, String code, int status) {
    var answer = SERVICE.post(as, "/v1/knowledge-bases", Map.of("name", "kb" + UUID.randomUUID(), "config", config));
    assertThat(answer.status()).as(config + answer.text()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  @Test
  void theListHoldsWhatTheKeyMaySee() {
    var tenant = SERVICE.tenant();
    var second = SERVICE.knowledgeBase(tenant.write(), Map.of());
    var limited = SERVICE.key(tenant.admin(), Map.of("scope_kb_ids", List.of(second)));

    assertThat(ids(tenant.read(), "")).containsExactly(second, tenant.knowledgeBase());
    assertThat(ids(tenant.read(), "?page=2&page_size=1")).containsExactly(tenant.knowledgeBase());
    assertThat(ids(limited, "")).containsExactly(second);
    assertThat(SERVICE.get(limited, "/v1/knowledge-bases").at("/total")).isEqualTo("1");
    assertThat(SERVICE.get(tenant.read(), "/v1/knowledge-bases?page_size=0").status()).isEqualTo(422);
  }

  private static List<UUID> ids(As as, String query) {
    var ids = new ArrayList<UUID>();
    SERVICE.get(as, "/v1/knowledge-bases" + query).body().path("items")
        .forEach(it -> ids.add(UUID.fromString(it.path("id").asString())));
    return ids;
  }

  @Test
  void aKeysScopeIsHeldOnEveryRoute() {
    var tenant = SERVICE.tenant();
    var other = SERVICE.knowledgeBase(tenant.write(), Map.of());
    var limited = SERVICE.key(tenant.admin(), Map.of("role", "admin", "scope_kb_ids", List.of(other)));
    var path = "/v1/knowledge-bases/" + tenant.knowledgeBase();

    for (var answer : List.of(SERVICE.get(limited, path), SERVICE.patch(limited, path, Map.of("name", "n")),
        SERVICE.delete(limited, path), SERVICE.post(limited, "/v1/knowledge-bases", Map.of("name", "n")))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("KB_NOT_IN_SCOPE");
    }
    assertThat(RetrieveIT.retrieve(limited, tenant, Map.of("query", "q")).code()).isEqualTo("NO_PERMISSION");
    assertThat(SERVICE.post(limited, "/v1/retrieve",
        Map.of("query", "q", "knowledge_base_ids", List.of(tenant.knowledgeBase(), other))).status()).isEqualTo(200);
    assertThat(SERVICE.get(tenant.read(), path).status()).as("nothing of it was done").isEqualTo(200);
  }

  @Test
  void aDeletedKnowledgeBaseIsGoneAtOnceWhateverIsOnItsWay() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("badger there"));
    var late = Library.document("badger on its way");
    var rows = LIBRARY.write(LIBRARY.accept(tenant.id(), tenant.knowledgeBase(), late), late);
    var path = "/v1/knowledge-bases/" + tenant.knowledgeBase();
    var name = SERVICE.get(tenant.read(), path).at("/name");

    assertThat(SERVICE.delete(tenant.write(), path).status()).isEqualTo(204);
    LIBRARY.flip(rows);

    assertThat(SERVICE.get(tenant.read(), path).code()).isEqualTo("KB_NOT_FOUND");
    assertThat(SERVICE.delete(tenant.write(), path).code()).isEqualTo("KB_NOT_FOUND");
    assertThat(RetrieveIT.retrieve(tenant.read(), tenant, Map.of("query", "badger")).code()).isEqualTo("KB_NOT_FOUND");
    assertThat(SERVICE.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", name)).status()).isEqualTo(201);
    assertThat(SERVICE.column("select count(*) from document_generations where document_id = '" + late.id() + "'"))
        .as("what came late was not made visible").containsExactly("0");
    assertThat(SERVICE.column("select count(*) from purges where knowledge_base_id = '" + tenant.knowledgeBase() + "'"))
        .doesNotContain("0");
  }
}
