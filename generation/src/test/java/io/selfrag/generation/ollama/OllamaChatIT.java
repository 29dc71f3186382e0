package io.selfrag.generation.ollama;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelContract;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.settings.GenerationSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.opentest4j.TestAbortedException;

/** The contract against a real server, when {@code OLLAMA_BASE_URL} names one; {@code OLLAMA_CHAT_MODEL} names a model of it. */
@Tag("external")
class OllamaChatIT extends ChatModelContract {
  private static String url = "";

  @BeforeAll
  static void requireServer() {
    String configured = System.getenv("OLLAMA_BASE_URL");
    if (configured == null || configured.isBlank()) {
      System.err.println("""
          ##########################################################################
          # SKIPPED: the chat model contract was NOT run against a real Ollama.    #
          # Set OLLAMA_BASE_URL (and OLLAMA_CHAT_MODEL) to run it.                 #
          ##########################################################################""");
      throw new TestAbortedException("OLLAMA_BASE_URL is not set: no real Ollama was tested");
    }
    url = configured;
  }

  @Override
  protected ChatModel open() {
    var model = System.getenv().getOrDefault("OLLAMA_CHAT_MODEL", GenerationSettings.DEFAULT_OLLAMA_MODEL);
    return OllamaChat.open(new RemoteChat(URI.create(url), model, Duration.ofSeconds(5), Duration.ofMinutes(2),
        Duration.ofMinutes(1), 1, 4_096, Sampling.USUAL), InstantSource.system());
  }
}
