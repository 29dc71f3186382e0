package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of documents, a document, its chunks and its original. */
@ExtendWith(NothingBlocks.class)
class ReadDocumentsIT {
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
    for (int i = 1; i <= 5; i++) {
      ok(202, service.post(tenant.writeKey(), tenant.documents(),
          json("{'title':'Title " + i + "%','content':'c" + i + "','wait':0,'external_id':'e" + i + "','source':'s"
              + i % 2
              + "'" + (i == 5 ? ",'acl_users':['alice']" : "") + "}")));
    }
    service.indexed(id(2), 1, 3);
    service.sql("update documents set processing_status = 'failed', error_stage = 'parse', error_code = 'CORRUPT',"
        + " error_message = 'broken' where id = '" + id(3) + "'");
    ok(204, service.delete(tenant.writeKey(), "/v1/documents/" + id(4)));
  }

  private static String id(int number) {
    return Ids.documentId(tenant.knowledgeBase(), "e" + number).toString();
  }

  @Test
  void aDocumentHasEveryFieldOfTheContract() {
    var body = ok(200, service.get(tenant.readKey(), "/v1/documents/" + id(3))).body();

    assertThat(body.propertyNames()).contains("id", "title", "knowledge_base_id", "metadata", "source", "external_id",
        "version", "chunk_count", "processing_status", "stage", "error", "processing_log", "created_at", "updated_at",
        "sensitivity_level", "acl_users", "acl_roles", "acl_groups");
    assertThat(body.at("/error")).hasToString("{\"stage\":\"parse\",\"code\":\"CORRUPT\",\"message\":\"broken\"}");
    assertThat(body.at("/created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    assertThat(body.at("/processing_log").isNull()).isTrue();
    assertThat(body.at("/version").asInt()).isZero();
  }

  @Test
  void aListIsNewestFirstAndHoldsWhatExistsAndMayBeRead() {
    var answer = list("");

    assertThat(ids(answer)).containsExactly(id(3), id(2), id(1));
    assertThat(ids(service.get(tenant.adminKey(), tenant.documents()))).containsExactly(id(5), id(3), id(2), id(1));
    assertThat(answer.body().propertyNames()).containsExactlyInAnyOrder("items", "total", "page", "page_size", "pages");
  }

  @Test
  void listsAreReadByWhoReadsReportsAndNothingElseIs() {
    list("");

    assertThat(service.column("select query from pg_stat_activity where usename = '" + Service.REPORTS + "'"))
        .isNotEmpty().as("lists and exports")
        .allMatch(
            it -> it.contains("from documents d") || it.contains("from chunks c") || it.contains("content_parts"));
  }

  @Test
  void pagesFollowEachOther() {
    var first = list("?page_size=2");
    var second = list("?page=2&page_size=2");
    var beyond = list("?page=9&page_size=2");

    assertThat(ids(first)).containsExactly(id(3), id(2));
    assertThat(ids(second)).containsExactly(id(1));
    assertThat(second.at("/total")).isEqualTo("3");
    assertThat(second.at("/pages")).isEqualTo("2");
    assertThat(second.at("/page")).isEqualTo("2");
    assertThat(second.at("/page_size")).isEqualTo("2");
    assertThat(ids(beyond)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"?status=completed,2", "?status=failed,3", "?external_id=e1,1", "?title=TITLE%202,2", "?title=2%25,2",
      "?source=s1&title=3,3", "?status=pending,1"})
  void filtersNarrowTheList(String query, int document) {
    assertThat(ids(list(query))).containsExactly(id(document));
  }

  @ParameterizedTest
  @ValueSource(strings = {"?status=interrupted", "?status=deleted", "?source=none", "?title=_", "?title=%00",
      "?external_id=E1", "?title=%27%20or%201=1"})
  void whatNothingMatchesIsAnEmptyList(String query) {
    var answer = list(query);

    assertThat(ids(answer)).isEmpty();
    assertThat(answer.at("/total")).isEqualTo("0");
    assertThat(answer.at("/pages")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"?page=0,page", "?page=-1,page", "?page=x,page", "?page_size=0,page_size", "?page_size=101,page_size",
      "?status=done,status", "?page=99999999999,page"})
  void aWrongParameterIsNamed(String query, String name) {
    invalid(service.get(tenant.readKey(), tenant.documents() + query), name);
  }

  @Test
  void chunksAreThoseOfWhatIsLiveInOrder() {
    for (int i = 0; i < 3; i++) {
      service.sql(
          "insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,"
              + " char_start, char_end, heading_path, tokens, language, model) select '" + UUID.randomUUID()
              + "', tenant_id,"
              + " knowledge_base_id, document_id, generation, live_revision, live_attempt, " + i + ", 'chunk " + i
              + "', " + i
              + ", " + (i + 1) + ", array['h'], 2, 'en', 'm' from document_generations where document_id = '" + id(2)
              + "'");
    }
    service.sql(
        "insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,"
            + " char_start, char_end, tokens, language, model) select '" + UUID.randomUUID()
            + "', tenant_id, knowledge_base_id,"
            + " document_id, generation, live_revision + 1, 0, 0, 'not live', 0, 1, 2, 'en', 'm' from document_generations"
            + " where document_id = '" + id(2) + "'");

    var answer = ok(200, service.get(tenant.readKey(), "/v1/documents/" + id(2) + "/chunks?page_size=2"));

    assertThat(
        StreamSupport.stream(answer.body().at("/items").spliterator(), false).map(it -> it.at("/text").asString()))
        .containsExactly("chunk 0", "chunk 1");
    assertThat(answer.at("/total")).isEqualTo("3");
    assertThat(answer.body().at("/items/0").propertyNames()).contains("id", "ordinal", "text", "char_start", "char_end",
        "page_from", "page_to", "heading_path", "tokens", "language", "model");
    assertThat(answer.body().at("/items/0/page_from").isNull()).isTrue();
    assertThat(ok(200, service.get(tenant.readKey(), "/v1/documents/" + id(1) + "/chunks")).at("/total"))
        .isEqualTo("0");
    invalid(service.get(tenant.readKey(), "/v1/documents/" + id(2) + "/chunks?page_size=1000"), "page_size");
  }

  private static Answer list(String query) {
    return ok(200, service.get(tenant.readKey(), tenant.documents() + query));
  }

  private static java.util.List<String> ids(Answer list) {
    return StreamSupport.stream(list.body().at("/items").spliterator(), false).map(it -> it.at("/id").asString())
        .toList();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
