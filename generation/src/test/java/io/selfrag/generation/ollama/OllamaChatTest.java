package io.selfrag.generation.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.remote.RemoteChatContract;
import io.selfrag.generation.remote.StubChatServer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class OllamaChatTest extends RemoteChatContract {
  @Override
  protected ChatModel open(RemoteChat remote, InstantSource clock) {
    return OllamaChat.open(remote, clock);
  }

  @Override
  protected URI baseUrl(URI server) {
    return server;
  }

  @Test
  void theRequestSaysHowMuchItMayReadAndWrite() {
    withServer(0, (stub, model) -> {
      answer(model);

      assertThat(stub.chats()).singleElement().satisfies(it -> {
        assertThat(it.path()).isEqualTo("/api/chat");
        assertThat(it.body().at("/options/num_ctx").asInt()).isEqualTo(4_096);
        assertThat(it.body().at("/options/num_predict").asInt()).isEqualTo(100);
        assertThat(it.body().at("/options/temperature").asDouble()).isEqualTo(0.1);
      });
    });
  }

  @Test
  void aServerWithoutTheModelIsNotThere() {
    try (StubChatServer stub = new StubChatServer();
        ChatModel model = OllamaChat.open(new RemoteChat(stub.url(), "another", Duration.ofSeconds(5),
            Duration.ofSeconds(5), Duration.ofSeconds(5), 0, 4_096, Sampling.USUAL), InstantSource.system())) {
      assertThatThrownBy(model::check).hasMessageContaining("pull it");
      assertThatThrownBy(() -> model.stream(prompt()).collectList().block()).hasMessageContaining("pull it");
      assertThat(List.of(model.id().provider(), model.id().model())).containsExactly("ollama", "another");
    }
  }
}
