package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class ConversationsIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final StubChatServer MODEL = QueryService.sharedModel();
  private static final Library LIBRARY = new Library(SERVICE);
  private static final String PATH = "/v1/conversations";

  private Tenant tenant;
  private String path;

  @BeforeEach
  void open() {
    tenant = SERVICE.tenant();
    LIBRARY.add(tenant,
        Library.document("The main pump was installed in 2019 by Siemens Energy. Its seal lasts 18 months."));
    path = PATH + "/" + QueryService.require(201, SERVICE.post(tenant.read(), PATH,
        Map.of("title", "Pumps", "knowledge_base_ids", List.of(tenant.knowledgeBase())))).at("/id");
    MODEL.thinks(it -> it.prompt().contains("Last question")
        ? "How long does the seal of the main pump last?"
        : it.prompt().contains("How long does it last")
            ? "Its seal lasts 18 months [1]."
            : "The main pump was installed in 2019 by Siemens Energy [1].");
  }

  @Test
  void turnsAreKeptAndAreTheHistoryOfWhatIsAskedNext() {
    var first = say(tenant.read(), Map.of("content", "When was the main pump installed?"));
    var second = SERVICE.post(tenant.read(), "/v1/rag", Map.of("query", "How long does it last?", "conversation_id",
        path.substring(PATH.length() + 1), "knowledge_base_ids", List.of(tenant.knowledgeBase())));

    assertThat(first.at("/answer")).as(first.text()).startsWith("The main pump was installed in 2019");
    assertThat(second.at("/answer")).isEqualTo("Its seal lasts 18 months. [1]");
    assertThat(second.body().path("reflection").toString()).contains("condense");
    assertThat(MODEL.chats().getLast().prompt()).contains("user: When was the main pump installed?",
        "assistant: The main pump was installed in 2019");
    var kept = SERVICE.get(tenant.read(), path);
    assertThat(kept.body().path("messages").valueStream().map(it -> it.path("role").asString()))
        .containsExactly("user", "assistant", "user", "assistant");
    assertThat(kept.at("/messages/3/content")).isEqualTo("Its seal lasts 18 months. [1]");
    assertThat(kept.body().at("/messages/3/chunk_ids")).hasSize(1);
    assertThat(kept.body().at("/messages/3/grounded").asBoolean()).isTrue();
  }

  @Test
  void aStreamedAnswerIsKeptToo() {
    var streamed = say(tenant.read(), Map.of("content", "When was the main pump installed?", "stream", true));

    assertThat(streamed.header("content-type")).startsWith("text/event-stream");
    assertThat(streamed.text()).contains("event:done");
    assertThat(SERVICE.get(tenant.read(), path).body().path("messages")).hasSize(2);
  }

  @Test
  void aConversationIsItsOwnersAlone() {
    var stranger = SERVICE.tenant();
    for (As as : List.of(tenant.admin(), tenant.write(), stranger.read(), stranger.admin())) {
      assertThat(SERVICE.get(as, path).code()).isEqualTo("CONVERSATION_NOT_FOUND");
      assertThat(SERVICE.patch(as, path, Map.of("title", "mine")).code()).isEqualTo("CONVERSATION_NOT_FOUND");
      assertThat(SERVICE.delete(as, path).code()).isEqualTo("CONVERSATION_NOT_FOUND");
      assertThat(say(as, Map.of("content", "q")).code()).isEqualTo("CONVERSATION_NOT_FOUND");
      assertThat(SERVICE.get(as, PATH).body().path("total").asInt()).isZero();
    }
    var ada = Map.<String, Object>of("identity", Map.of("user_id", "ada", "roles", List.of(), "groups", List.of()));
    var one = SERVICE.key(tenant.admin(), ada);
    var id = SERVICE.post(one, PATH, Map.of()).at("/id");
    assertThat(SERVICE.get(SERVICE.key(tenant.admin(), ada), PATH + "/" + id).status()).as("ada by another key")
        .isEqualTo(200);
  }

  @Test
  void itIsListedChangedAndDeleted() {
    assertThat(SERVICE.get(tenant.read(), PATH).at("/items/0/title")).isEqualTo("Pumps");
    assertThat(SERVICE.patch(tenant.read(), path, Map.of("title", "Seals")).at("/title")).isEqualTo("Seals");
    assertThat(SERVICE.patch(tenant.read(), path, Map.of("colour", "red")).status()).isEqualTo(422);
    assertThat(SERVICE.post(tenant.read(), PATH, Map.of("knowledge_base_ids", List.of("x"))).status()).isEqualTo(422);
    var plain = PATH + "/" + SERVICE.post(tenant.read(), PATH, Map.of()).at("/id");
    assertThat(SERVICE.post(tenant.read(), plain + "/messages", Map.of("content", "q")).status()).isEqualTo(422);
    assertThat(SERVICE.delete(tenant.read(), path).status()).isEqualTo(204);
    assertThat(SERVICE.get(tenant.read(), path).status()).isEqualTo(404);
    assertThat(SERVICE.post(tenant.read(), "/v1/rag", Map.of("query", "q", "conversation_id", UUID.randomUUID(),
        "knowledge_base_ids", List.of(tenant.knowledgeBase()))).code()).isEqualTo("CONVERSATION_NOT_FOUND");
  }

  private QueryService.Answer say(As as, Map<String, Object> body) {
    return SERVICE.post(as, path + "/messages", body);
  }
}
