package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.generation.remote.StubChatServer.Ending;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.schemas.avro.Sensitivity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers over HTTP, whole and as a stream, with a stub server in the language model's place. */
@ExtendWith(NothingBlocks.class)
class AnswerIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final StubChatServer MODEL = QueryService.sharedModel();
  private static final Library LIBRARY = new Library(SERVICE);
  private static final String PUMP = "The main pump was installed in 2019 by Siemens Energy. The seal lasts 18 months.";
  private static final String QUESTION = "When was the main pump installed and how long does the seal last?";

  private Tenant tenant;
  private UUID document;

  @BeforeEach
  void library() {
    tenant = SERVICE.tenant();
    document = LIBRARY.add(tenant, Library.document(PUMP).titled("Pump handbook").metadata(Map.of("year", 2024)));
    LIBRARY.add(tenant, Library.document("Trains leave at noon from platform four."));
    MODEL.thinks(_ -> "The main pump was installed in 2019 by Siemens Energy [1]. It cost 4 million euros [1]. "
        + "The seal lasts 18 months.");
  }

  @Test
  void anAnswerHasItsSourcesCitationsAndVerdicts() {
    var answer = rag(Map.of());

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/answer")).isEqualTo(
        "The main pump was installed in 2019 by Siemens Energy. [1] The seal lasts 18 months. [1]");
    assertThat(answer.body().path("sources")).hasSize(1);
    var source = answer.body().at("/sources/0");
    assertThat(source.path("document_id").asString()).isEqualTo(document.toString());
    assertThat(source.path("knowledge_base_id").asString()).isEqualTo(tenant.knowledgeBase().toString());
    assertThat(source.path("text").asString()).isEqualTo(PUMP);
    assertThat(source.path("score").isNumber()).isTrue();
    assertThat(source.at("/metadata/title").asString()).isEqualTo("Pump handbook");
    assertThat(source.at("/metadata/year").asInt()).isEqualTo(2024);
    assertThat(answer.body().path("citations")).hasSize(2);
    assertThat(answer.at("/citations/0/chunk_ids/0")).isEqualTo(source.path("chunk_id").asString());
    assertThat(answer.body().at("/citations/0/support").asDouble()).isGreaterThan(0.8);
    assertThat(answer.body().path("grounded").asBoolean()).isTrue();
    assertThat(verdicts(answer)).contains("grade relevant", "grade irrelevant", "sentence supported",
        "sentence unsupported", "sentence removed");
    assertThat(answer.at("/model/llm_provider")).isEqualTo("ollama");
    assertThat(answer.at("/model/llm_model")).isEqualTo(StubChatServer.MODEL);
    assertThat(answer.at("/model/embedding_provider")).isEqualTo("hashing");
    assertThat(answer.body().path("retrieval_count").asInt()).isEqualTo(2);
    assertThat(answer.body().path("generation_tokens").asInt()).isEqualTo(14);
  }

  @Test
  void withoutReflectionTheModelIsTakenAtItsWord() {
    var answer = rag(
        Map.of("reflect", "off", "include_sources", false, "system_prompt", "Be brief.", "temperature", 0.7,
            "max_tokens", 50));

    assertThat(answer.at("/answer")).contains("4 million");
    assertThat(answer.at("/sources")).isEqualTo("null");
    assertThat(answer.body().path("grounded").asBoolean()).isFalse();
    assertThat(answer.body().path("reflection")).isEmpty();
    var asked = MODEL.chats().getLast();
    assertThat(asked.prompt()).startsWith("system: Be brief.");
    assertThat(asked.body().at("/options/temperature").asDouble()).isEqualTo(0.7);
    assertThat(asked.body().at("/options/num_predict").asInt()).isEqualTo(50);
  }

  @Test
  void anExtractiveAnswerIsLabelledAndNeedsNoModel() {
    int before = MODEL.chats().size();

    var answer = rag(Map.of("llm_override", Map.of("provider", "extractive")));

    assertThat(answer.at("/model/llm_provider")).isEqualTo("extractive");
    assertThat(answer.at("/answer")).contains("The main pump was installed in 2019 by Siemens Energy. [1]");
    assertThat(answer.body().path("grounded").asBoolean()).isTrue();
    assertThat(MODEL.chats()).hasSize(before);
  }

  @Test
  void theContextWindowIsWhatTheAnswerIsWrittenFrom() {
    var chunks = List.of("Preface of the booklet.", "The turbine was overhauled in 2021.",
        "Its rotor bears number 4711.");
    LIBRARY.add(tenant, Library.document(chunks.toArray(String[]::new)).titled("Turbine"));
    MODEL.thinks(it -> it.prompt().contains("4711") ? "Its rotor bears number 4711 [1]." : "NO_ANSWER");
    var question = Map.<String, Object>of("query", "When was the turbine overhauled?", "top_k", 1);

    var wide = rag(question);
    var narrow = rag(with(question, "context_window", 0));

    assertThat(wide.at("/answer")).isEqualTo("Its rotor bears number 4711. [1]");
    assertThat(wide.body().path("sources")).hasSize(1);
    assertThat(wide.at("/sources/0/text")).isEqualTo(String.join("\n", chunks));
    assertThat(wide.at("/sources/0/context_before")).isEqualTo(chunks.getFirst());
    assertThat(wide.at("/sources/0/context_after")).isEqualTo(chunks.getLast());
    assertThat(wide.at("/citations/0/chunk_ids/0")).isEqualTo(wide.at("/sources/0/chunk_id"));
    var rotor = SERVICE.post(tenant.read(), "/v1/retrieve",
        ask(Map.of("query", chunks.getLast(), "top_k", 1, "context_window", 0)));
    assertThat(rotor.at("/results/0/text")).isEqualTo(chunks.getLast());
    assertThat(wide.at("/citations/0/places/0/chunk_id")).isEqualTo(rotor.at("/results/0/chunk_id"));
    assertThat(wide.body().path("citations").path(0).path("places")).hasSize(1);
    assertThat(narrow.body().path("grounded").asBoolean()).isFalse();
    assertThat(narrow.at("/sources/0/text")).isEqualTo(chunks.get(1));
    assertThat(narrow.at("/sources/0/context_after")).isEqualTo("null");
  }

  private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
    var more = new HashMap<>(fields);
    more.put(name, value);
    return more;
  }

  @Test
  void whatTheKnowledgeBaseDoesNotHoldIsSaid() {
    MODEL.thinks(it -> it.prompt().contains("search query") ? "chess titles" : "Magnus Carlsen [1].");

    var answer = rag(Map.of("query", "Who won the chess championship?"));

    assertThat(answer.at("/answer")).isEqualTo("The knowledge base does not hold the answer to this question.");
    assertThat(answer.body().path("grounded").asBoolean()).isFalse();
    assertThat(answer.body().path("citations")).isEmpty();
  }

  @Test
  void whatAReaderMayNotReadIsNoSource() {
    LIBRARY.add(tenant, Library.document("The main pump was installed in 1999, says the secret file.").titled("secret")
        .secret(Sensitivity.RESTRICTED, "somebody"));
    MODEL.thinks(it -> it.prompt().contains("1999") ? "The main pump was installed in 1999 [1]." : "NO_ANSWER");

    assertThat(rag(Map.of()).text()).doesNotContain("1999");
    assertThat(SERVICE.post(tenant.admin(), "/v1/rag", ask(Map.of())).at("/answer")).contains("1999");
  }

  @Test
  void aStreamHasItsEventsInOrder() throws Exception {
    for (String route : List.of("/v1/rag/stream", "/v1/rag")) {
      var events = events(stream(route));

      assertThat(events.stream().map(Event::name).distinct()).containsExactly("sources", "reflection", "content",
          "citations", "done");
      var text = new StringBuilder();
      events.stream().filter(it -> it.name().equals("content")).forEach(it -> text.append(it.data()));
      assertThat(text.toString()).isEqualTo(
          "The main pump was installed in 2019 by Siemens Energy. [1] The seal lasts 18 months. [1]");
      assertThat(QueryService.JSON.readTree(events.getFirst().data()).at("/0/document_id").asString())
          .isEqualTo(document.toString());
      var done = QueryService.JSON.readTree(events.getLast().data());
      assertThat(done.at("/usage/completion_tokens").asInt()).isEqualTo(14);
      assertThat(done.path("grounded").asBoolean()).isTrue();
      assertThat(done.path("reflection").toString()).contains("removed");
    }
  }

  @Test
  void linesOfTheAnswerStayOnOneLineOfTheStream() throws Exception {
    MODEL.thinks(_ -> "The seal lasts 18 months.\nThe main pump was installed in 2019.");

    var content = events(stream("/v1/rag/stream")).stream().filter(it -> it.name().equals("content")).toList();

    assertThat(content.getLast().data()).startsWith("\\n");
  }

  @Test
  void aFailureInTheMiddleIsAnEventAndOneBeforeIsAStatus() throws Exception {
    MODEL.say(Ending.CUT, "The main pump was installed in 2019 [1]. ", "The ");

    var events = events(stream("/v1/rag/stream"));

    assertThat(events.getLast().name()).isEqualTo("error");
    assertThat(QueryService.JSON.readTree(events.getLast().data()).path("code").asString())
        .isEqualTo("MODEL_UNAVAILABLE");
    var missing = SERVICE.post(tenant.read(), "/v1/rag/stream",
        Map.of("query", "q", "knowledge_base_ids", List.of(UUID.randomUUID())));
    assertThat(missing.status()).isEqualTo(404);
    MODEL.refuse(503, "{}");
    var whole = rag(Map.of());
    assertThat(whole.status()).isEqualTo(503);
    assertThat(whole.code()).isEqualTo("MODEL_UNAVAILABLE");
    assertThat(whole.header("retry-after")).isNotEmpty();
  }

  @Test
  void F9whileTheModelIsDownOrBreaksOffSearchAndQuotesWorkAndItsReturnIsNoticed() throws Exception {
    MODEL.refuse(500, "{}");
    assertThat(rag(Map.of()).code()).isEqualTo("MODEL_UNAVAILABLE");
    searchAndQuotesWork();
    MODEL.say(Ending.CUT, "The main pump was installed in 2019 [1]. ", "The ");
    assertThat(events(stream("/v1/rag/stream")).getLast().name()).isEqualTo("error");
    searchAndQuotesWork();

    assertThat(rag(Map.of()).at("/answer")).contains("2019");
  }

  private void searchAndQuotesWork() {
    var found = SERVICE.post(tenant.read(), "/v1/retrieve",
        Map.of("query", QUESTION, "knowledge_base_ids", List.of(tenant.knowledgeBase())));
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.body().path("results")).isNotEmpty();
    assertThat(rag(Map.of("llm_override", Map.of("provider", "extractive"))).at("/answer")).contains("2019");
  }

  @Test
  void F9aCallerWhoGoesAwayStopsTheModel() throws Exception {
    int before = MODEL.abandoned();
    MODEL.say(Ending.NEVER, "The main pump was installed in 2019 [1]. ", "The ");
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var request = request("/v1/rag/stream", ask(Map.of()));
      try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
        // The model is asked once there is content; a caller who leaves before costs no call at all.
        assertThat(lines.anyMatch("event:content"::equals)).isTrue();
      }

      await().atMost(Duration.ofSeconds(20)).until(() -> MODEL.abandoned() > before);
      http.shutdownNow();
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    refused(Map.of("unknown", 1), "unknown");
    refused(Map.of("temperature", 3), "temperature");
    refused(Map.of("max_tokens", 0), "max_tokens");
    refused(Map.of("reflect", "maybe"), "reflect");
    refused(Map.of("top_k", 51), "top_k");
    refused(Map.of("query", " "), "query");
    refused(Map.of("conversation_id", "no-id"), "conversation_id");
    assertThat(rag(Map.of("conversation_id", UUID.randomUUID())).code()).isEqualTo("CONVERSATION_NOT_FOUND");
    refused(Map.of("llm_override", Map.of("base_url", "http://evil")), "llm_override");
    assertThat(rag(Map.of("llm_override", Map.of("model", "dearest"))).status()).isEqualTo(422);
    assertThat(rag(Map.of("llm_override", Map.of("provider", "openai"))).status()).isEqualTo(422);
    var other = SERVICE.knowledgeBase(tenant.admin(), Map.of());
    var scoped = SERVICE.key(tenant.admin(), Map.of("scope_kb_ids", List.of(other)));
    assertThat(SERVICE.post(scoped, "/v1/rag", ask(Map.of())).status()).isEqualTo(
        SERVICE.post(scoped, "/v1/retrieve", ask(Map.of())).status()).isEqualTo(403);
  }

  private void refused(Map<String, Object> fields, String field) {
    for (String route : List.of("/v1/rag", "/v1/rag/stream")) {
      var answer = SERVICE.post(tenant.read(), route, ask(fields));
      assertThat(answer.status()).as(fields + " " + answer.text()).isEqualTo(422);
      assertThat(answer.at("/errors/0/loc/1")).isEqualTo(field);
    }
  }

  private Answer rag(Map<String, Object> fields) {
    return SERVICE.post(tenant.read(), "/v1/rag", ask(fields));
  }

  private Map<String, Object> ask(Map<String, Object> fields) {
    var body = new HashMap<String, Object>(
        Map.of("query", QUESTION, "knowledge_base_ids", List.of(tenant.knowledgeBase())));
    body.putAll(fields);
    return body;
  }

  private HttpRequest request(String route, Map<String, Object> body) {
    return HttpRequest.newBuilder(URI.create(SERVICE.baseUrl() + route)).timeout(Duration.ofSeconds(60))
        .header("Content-Type", "application/json")
        .header("Authorization", Objects.requireNonNull(tenant.read().credential()))
        .POST(BodyPublishers.ofString(QueryService.JSON.writeValueAsString(body))).build();
  }

  private String stream(String route) {
    var answer = SERVICE.post(tenant.read(), route, ask(Map.of("stream", true)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("text/event-stream");
    return answer.text();
  }

  private record Event(String name, String data) {}

  /** As the specification of server-sent events reads them: one space behind the colon is not data. */
  private static List<Event> events(String stream) {
    var events = new ArrayList<Event>();
    for (String block : stream.split("\n\n")) {
      var name = "";
      var data = new ArrayList<String>();
      for (String line : block.split("\n")) {
        if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.add(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
        }
      }
      if (!data.isEmpty()) {
        events.add(new Event(name, String.join("\n", data)));
      }
    }
    return events;
  }

  private static List<String> verdicts(Answer answer) {
    return answer.body().path("reflection").valueStream()
        .map(it -> it.path("step").asString() + " " + it.path("verdict").asString()).toList();
  }
}
