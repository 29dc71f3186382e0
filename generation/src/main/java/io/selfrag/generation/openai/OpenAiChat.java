package io.selfrag.generation.openai;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.ModelList;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.remote.RemoteChatModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Opens chat models of OpenAI or a server that speaks its {@code POST /chat/completions} (vLLM, LM Studio, LocalAI, …). */
public final class OpenAiChat {
  private OpenAiChat() {}

  /**
   * Any model of the server; does no I/O yet.
   *
   * @param apiKey sent as a bearer token and never logged; null where the server wants none
   */
  public static ChatModel open(RemoteChat remote, @Nullable String apiKey, InstantSource clock) {
    return RemoteChatModel.create("openai", remote, new Protocol(remote, apiKey), clock);
  }

  private record Protocol(RemoteChat remote, @Nullable String apiKey) implements RemoteChatModel.Dialect {
    @Override
    public StreamingChatModel open(HttpClientBuilder http, Sampling sampling) {
      return OpenAiStreamingChatModel.builder().httpClientBuilder(http).baseUrl(remote.baseUrl().toString())
          .modelName(remote.name()).apiKey(apiKey).temperature(sampling.temperature()).maxTokens(sampling.maxTokens())
          .stop(sampling.stop().isEmpty() ? null : sampling.stop()).build();
    }

    @Override
    public Predicate<String> isLast() {
      return data -> data.strip().equals("[DONE]");
    }

    @Override
    public void check(HttpClient client) {
      // Not every server lists what it answers with, so the name is not looked for.
      ModelList.get(client, URI.create(remote.baseUrl().toString().replaceAll("/+$", "") + "/models"), apiKey,
          "openai/" + remote.name());
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Protocol[" + remote + "]";
    }
  }
}
