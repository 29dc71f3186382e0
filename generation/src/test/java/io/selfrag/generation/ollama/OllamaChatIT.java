package io.selfrag.generation.ollama;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.ChatServerContract;
import io.selfrag.generation.remote.RemoteChat;
import io.selfrag.generation.settings.GenerationSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * The tests that the stub passes, against a real server, when {@code OLLAMA_BASE_URL} names one (over HTTP);
 * {@code OLLAMA_CHAT_MODEL} names a model of it.
 */
@Tag("external")
class OllamaChatIT extends ChatServerContract {
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
  protected ChatModel open(RemoteChat remote, InstantSource clock) {
    return OllamaChat.open(remote, clock);
  }

  @Override
  protected URI server() {
    return URI.create(url);
  }

  @Override
  protected String model() {
    return System.getenv().getOrDefault("OLLAMA_CHAT_MODEL", GenerationSettings.DEFAULT_OLLAMA_MODEL);
  }

  @Override
  protected Duration patience() {
    return Duration.ofMinutes(2);
  }

  @Test
  void aServerWithoutTheModelIsNotThere() {
    try (ChatModel model = OllamaChat
        .open(new RemoteChat(server(), "no-such-model", patience(), patience(), patience(), 0,
            4_096, Sampling.USUAL), InstantSource.system())) {
      assertThatThrownBy(model::check).hasMessageContaining("pull it");
    }
  }
}
