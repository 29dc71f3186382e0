package io.selfrag.generation.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.remote.RemoteChatContract;
import io.selfrag.generation.remote.StubChatServer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class OpenAiChatTest extends RemoteChatContract {
  @Override
  protected ChatModel open(RemoteChat remote, InstantSource clock) {
    return OpenAiChat.open(remote, "sk-test", clock);
  }

  @Override
  protected URI baseUrl(URI server) {
    return server.resolve("/v1");
  }

  @Test
  void theRequestCarriesTheKeyAndAsksForTheUsage() {
    withServer(0, (stub, model) -> {
      answer(model);

      assertThat(stub.chats()).singleElement().satisfies(it -> {
        assertThat(it.authorization()).isEqualTo("Bearer sk-test");
        assertThat(it.body().at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(it.body().path("max_tokens").asInt()).isEqualTo(100);
      });
    });
  }

  @Test
  void aServerWithoutAKeyGetsNone() {
    try (StubChatServer stub = new StubChatServer();
        ChatModel model = OpenAiChat.open(new RemoteChat(stub.url().resolve("/v1"), StubChatServer.MODEL,
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 0, 4_096, Sampling.USUAL), null,
            InstantSource.system())) {
      answer(model);

      assertThat(stub.chats()).singleElement().satisfies(it -> assertThat(it.authorization()).doesNotContain("sk-"));
    }
  }
}
