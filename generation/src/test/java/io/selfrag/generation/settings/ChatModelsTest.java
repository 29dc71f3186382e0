package io.selfrag.generation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.generation.chat.ChatModelContract;
import io.selfrag.generation.chat.ChatModelId;
import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.generation.settings.GenerationSettings.Provider;
import io.selfrag.generation.support.Similarity;
import io.selfrag.schemas.SelfRagException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatModelsTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @Test
  void autoIsOllamaIfItAnswersAndHasTheModel() {
    try (StubChatServer stub = new StubChatServer();
        ChatModels models = models(settings(null, StubChatServer.MODEL, stub.url()))) {
      assertThat(models.choose().id()).isEqualTo(new ChatModelId("ollama", StubChatServer.MODEL));
    }
  }

  @Test
  void autoIsExtractiveIfOllamaLacksTheModelOrIsAway() {
    URI gone;
    try (StubChatServer stub = new StubChatServer();
        ChatModels models = models(settings("auto", "other", stub.url()))) {
      assertThat(models.choose().id().provider()).isEqualTo("extractive");
      gone = stub.url();
    }
    try (ChatModels models = models(settings("auto", StubChatServer.MODEL, gone))) {
      assertThat(models.choose().id().provider()).isEqualTo("extractive");
    }
  }

  @Test
  void autoNoticesAnOllamaThatWentAway() {
    StubChatServer stub = new StubChatServer();
    try (ChatModels models = models(settings("auto", StubChatServer.MODEL, stub.url()))) {
      assertThat(models.choose().writes()).isTrue();
      stub.close();
      assertThat(models.choose().writes()).as("asked a moment ago").isTrue();

      now.updateAndGet(it -> it.plus(Duration.ofSeconds(16)));

      assertThat(models.choose().writes()).isFalse();
    }
  }

  @Test
  void aCallerMayNameWhatTheSettingsOfferAndNothingElse() {
    try (StubChatServer stub = new StubChatServer();
        ChatModels models = models(new GenerationSettings("openai", "large",
            List.of(StubChatServer.MODEL, " "), stub.url().resolve("/v1"), null, "sk-1", null, null, null, null, null,
            null))) {
      assertThat(models.choose(null, StubChatServer.MODEL).id().model()).isEqualTo(StubChatServer.MODEL);
      assertThat(models.choose("extractive", null).writes()).isFalse();
      assertThat(models.choose("openai", null).id().model()).isEqualTo("large");
      assertThatThrownBy(() -> models.choose("openai", "dearest")).isInstanceOf(SelfRagException.class)
          .hasMessageContaining("dearest");
      assertThatThrownBy(() -> models.choose("ollama", null)).isInstanceOf(SelfRagException.class);
      assertThat(models.offered()).extracting(ChatModelId::model).containsExactly("large", StubChatServer.MODEL,
          "extractive");
    }
  }

  @Test
  void theKeyGoesToTheConfiguredServer() {
    try (StubChatServer stub = new StubChatServer();
        ChatModels models = models(new GenerationSettings("openai", StubChatServer.MODEL, null,
            stub.url().resolve("/v1"), null, "sk-1", null, null, null, null, null, null))) {
      models.choose().stream(ChatModelContract.prompt()).blockLast();

      assertThat(stub.chats()).singleElement().satisfies(it -> assertThat(it.authorization()).isEqualTo("Bearer sk-1"));
      assertThat(models.settings().toString()).doesNotContain("sk-1");
    }
  }

  @Test
  void aWrongOrMissingValueIsNamed() {
    refused("LLM_PROVIDER", () -> settings("magic", null, null));
    refused("LLM_MODEL", () -> settings("openai", null, null));
    refused("LLM_BASE_URL", () -> settings("ollama", null, URI.create("ftp://host")));
    refused("LLM_TEMPERATURE",
        () -> new GenerationSettings(null, null, null, null, null, null, 3.0, null, null, null, null, null));
    refused("LLM_MAX_TOKENS",
        () -> new GenerationSettings(null, null, null, null, null, null, null, 0, null, null, null, null));
    refused("LLM_TIMEOUT",
        () -> new GenerationSettings(null, null, null, null, null, null, null, null, null, Duration.ZERO, null, null));
    refused("LLM_RETRIES",
        () -> new GenerationSettings(null, null, null, null, null, null, null, null, null, null, null, 9));
  }

  private static void refused(String variable, Runnable made) {
    assertThatIllegalArgumentException().isThrownBy(made::run).withMessageContaining(variable);
  }

  private ChatModels models(GenerationSettings settings) {
    return new ChatModels(() -> settings, Similarity.NONE, now::get);
  }

  private static GenerationSettings settings(@Nullable String provider, @Nullable String model, @Nullable URI url) {
    return new GenerationSettings(provider, model, null, url, null, null, null, null, null, null, null, null);
  }

  @Test
  void ollamaIsWhereItsOwnVariableSaysUnlessTheModelsSaysOtherwise() {
    var ollama = URI.create("http://ollama:11434");
    var settings = new GenerationSettings("ollama", null, null, null, ollama, " ", null, null, null, null, null, null);

    assertThat(settings.remote(null).baseUrl()).isEqualTo(ollama);
    assertThat(settings.apiKey()).isNull();
    assertThat(new GenerationSettings("openai", "m", null, null, ollama, null, null, null, null, null, null, null)
        .remote(null).baseUrl()).hasHost("api.openai.com");
  }

  @Test
  void byDefaultTheProviderIsFoundOut() {
    assertThat(settings(null, null, null).chosenProvider()).isEqualTo(Provider.AUTO);
  }

  @Test
  void aChangeOfTheSettingsIsInForceForTheNextAnswer() {
    try (StubChatServer stub = new StubChatServer()) {
      var current = new AtomicReference<>(settings("ollama", StubChatServer.MODEL, stub.url()));
      try (ChatModels models = new ChatModels(current::get, Similarity.NONE, now::get)) {
        var before = models.choose();

        current.set(settings("ollama", "other:1b", stub.url()));

        assertThat(models.choose().id().model()).isEqualTo("other:1b");
        assertThat(models.choose()).as("opened once").isSameAs(models.choose());
        assertThat(before.stream(ChatModelContract.prompt()).blockLast()).as("an answer under way").isNotNull();
      }
    }
  }

  @Test
  void theConfiguredAddressIsThatOfTheConfiguredProviderAlone() {
    var vllm = URI.create("http://vllm:8000/v1");
    var configured = settings("openai", "m", vllm);

    assertThat(settings("openai", "other", vllm).insteadOf(configured).remote(null).baseUrl()).isEqualTo(vllm);
    assertThat(settings("ollama", "m", vllm).insteadOf(configured).remote(null).baseUrl())
        .isEqualTo(URI.create("http://localhost:11434"));
    assertThat(settings("openai", "m", URI.create("http://ollama:11434"))
        .insteadOf(settings("auto", null, null)).remote(null).baseUrl())
        .isEqualTo(URI.create("https://api.openai.com/v1"));
  }
}
