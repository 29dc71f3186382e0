package io.selfrag.generation.ollama;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.ModelList;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.remote.RemoteChatModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Opens chat models of an Ollama server ({@code POST /api/chat}). */
public final class OllamaChat {
  private OllamaChat() {}

  /** Any model of the server; does no I/O yet. */
  public static ChatModel open(RemoteChat remote, InstantSource clock) {
    return RemoteChatModel.create("ollama", remote, new Protocol(remote), clock);
  }

  private record Protocol(RemoteChat remote) implements RemoteChatModel.Dialect {
    @Override
    public StreamingChatModel open(HttpClientBuilder http, Sampling sampling) {
      // Without a context size of ours Ollama cuts long prompts at its own and says nothing.
      return OllamaStreamingChatModel.builder().httpClientBuilder(http).baseUrl(remote.baseUrl().toString())
          .modelName(remote.name()).temperature(sampling.temperature()).numPredict(sampling.maxTokens())
          .stop(sampling.stop().isEmpty() ? null : sampling.stop()).numCtx(remote.contextTokens()).think(false)
          .build();
    }

    @Override
    public Predicate<String> isLast() {
      return data -> data.replace(" ", "").contains("\"done\":true");
    }

    @Override
    public void check(HttpClient client) {
      var list = ModelList.get(client, URI.create(remote.baseUrl().toString().replaceAll("/+$", "") + "/api/tags"),
          null, "ollama/" + remote.name());
      var wanted = remote.name().contains(":") ? remote.name() : remote.name() + ":latest";
      if (list.path("models").valueStream().noneMatch(it -> it.path("name").asString("").equals(wanted))) {
        throw ModelList.lacks("ollama/" + remote.name());
      }
    }
  }
}
