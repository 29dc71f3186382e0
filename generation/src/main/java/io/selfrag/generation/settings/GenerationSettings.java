package io.selfrag.generation.settings;

import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.RemoteChat;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The deployment's chat model; keys under {@code selfrag.generation}. Only the operator names a server and its key: callers choose
 * among what is here.
 *
 * @param provider {@code LLM_PROVIDER}: auto (default), ollama, openai or extractive
 * @param model {@code LLM_MODEL}: the server's name of the model
 * @param models {@code LLM_MODELS}: further models of the server that a caller may name
 * @param baseUrl {@code LLM_BASE_URL}: where the server answers
 * @param ollamaUrl {@code OLLAMA_BASE_URL}: where Ollama answers unless {@code LLM_BASE_URL} says otherwise
 * @param apiKey {@code LLM_API_KEY}: of an OpenAI-compatible server; never logged
 * @param temperature {@code LLM_TEMPERATURE}: 0 to 2
 * @param maxTokens {@code LLM_MAX_TOKENS}: longest answer
 * @param contextTokens {@code LLM_CONTEXT_TOKENS}: longest prompt and answer together
 * @param timeout {@code LLM_TIMEOUT}: longest answer of the server
 * @param idleTimeout {@code LLM_IDLE_TIMEOUT}: longest pause within one
 * @param retries {@code LLM_RETRIES}: calls made again that failed before their first piece
 */
public record GenerationSettings(@Nullable String provider, @Nullable String model, @Nullable List<String> models,
    @Nullable URI baseUrl, @Nullable URI ollamaUrl, @Nullable String apiKey, @Nullable Double temperature,
    @Nullable Integer maxTokens, @Nullable Integer contextTokens,
    @Nullable Duration timeout, @Nullable Duration idleTimeout, @Nullable Integer retries) {

  /** Where answers come from. */
  public enum Provider {
    AUTO, OLLAMA, OPENAI, EXTRACTIVE;

    /** Name in settings. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads Chinese and English, and runs on a laptop. */
  public static final String DEFAULT_OLLAMA_MODEL = "qwen2.5:7b";
  private static final URI OLLAMA_ON_THIS_MACHINE = URI.create("http://localhost:11434");
  private static final URI OPENAI = URI.create("https://api.openai.com/v1");
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final double LOWEST_TEMPERATURE = 0;
  private static final double HIGHEST_TEMPERATURE = 2;

  public GenerationSettings {
    apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey;
    if (provider != null && !provider.isBlank()
        && Arrays.stream(Provider.values()).noneMatch(it -> it.wireName().equals(provider))) {
      throw new IllegalArgumentException("LLM_PROVIDER must be auto, ollama, openai or extractive");
    }
    requireHttp("LLM_BASE_URL", baseUrl);
    requireHttp("OLLAMA_BASE_URL", ollamaUrl);
    if (temperature != null && (temperature < LOWEST_TEMPERATURE || temperature > HIGHEST_TEMPERATURE)) {
      throw new IllegalArgumentException("LLM_TEMPERATURE must be between 0 and 2");
    }
    requirePositive("LLM_MAX_TOKENS", maxTokens);
    requirePositive("LLM_CONTEXT_TOKENS", contextTokens);
    requirePositive("LLM_TIMEOUT", timeout);
    requirePositive("LLM_IDLE_TIMEOUT", idleTimeout);
    if (retries != null && (retries < 0 || retries > 5)) {
      throw new IllegalArgumentException("LLM_RETRIES must be between 0 and 5");
    }
    // Last, since what is missing hides what is wrong with others.
    if ("openai".equals(provider) && (model == null || model.isBlank())) {
      throw new IllegalArgumentException("LLM_MODEL must name the model of the OpenAI-compatible server");
    }
  }

  private static void requireHttp(String variable, @Nullable URI address) {
    if (address != null && !List.of("http", "https").contains(String.valueOf(address.getScheme()))) {
      throw new IllegalArgumentException(variable + " must begin with http:// or https://");
    }
  }

  private static void requirePositive(String variable, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(variable + " must be at least 1");
    }
  }

  private static void requirePositive(String variable, @Nullable Duration value) {
    if (value != null && value.toMillis() < 1) {
      throw new IllegalArgumentException(variable + " must be a positive duration such as 30s");
    }
  }

  /**
   * The same choices for one provider's server and another's: the address belongs to the provider that it was configured for, and
   * so another provider is asked where it usually is.
   */
  public GenerationSettings insteadOf(GenerationSettings configured) {
    boolean elsewhere = baseUrl != null && server(chosenProvider()) != server(configured.chosenProvider());
    return new GenerationSettings(provider, model, models, elsewhere ? null : baseUrl, ollamaUrl, apiKey, temperature,
        maxTokens, contextTokens, timeout, idleTimeout, retries);
  }

  /** Whose protocol is spoken; quotes need none. */
  private static Provider server(Provider provider) {
    return provider == Provider.OPENAI ? Provider.OPENAI : Provider.OLLAMA;
  }

  /** The configured model, whoever answers now. */
  public String chosenModel() {
    return remote(null).name();
  }

  /** What is chosen where a caller makes no choice. */
  public Sampling usualSampling() {
    return remote(null).usual();
  }

  /** Who answers. */
  public Provider chosenProvider() {
    return provider == null || provider.isBlank()
        ? Provider.AUTO
        : Provider.valueOf(provider.toUpperCase(Locale.ROOT));
  }

  /** Models that a caller may name beside the configured one. */
  List<String> otherModels() {
    return models == null ? List.of() : models.stream().map(String::strip).filter(it -> !it.isEmpty()).toList();
  }

  /** How the configured server is asked for a model; for all providers but extractive. */
  RemoteChat remote(@Nullable String otherModel) {
    var usual = chosenProvider() == Provider.OPENAI ? OPENAI : ollamaUrl == null ? OLLAMA_ON_THIS_MACHINE : ollamaUrl;
    var server = baseUrl == null ? usual : baseUrl;
    var configured = model == null || model.isBlank() ? DEFAULT_OLLAMA_MODEL : model;
    return new RemoteChat(server, otherModel == null ? configured : otherModel, CONNECT,
        timeout == null ? Duration.ofSeconds(120) : timeout,
        idleTimeout == null ? Duration.ofSeconds(30) : idleTimeout, retries == null ? 2 : retries,
        contextTokens == null ? 8_192 : contextTokens,
        new Sampling(temperature == null ? 0.2 : temperature, maxTokens == null ? 1_024 : maxTokens, List.of()));
  }

  /** Tokens that a prompt and its answer may have together. */
  public int promptBudget() {
    return remote(null).contextTokens();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "GenerationSettings[provider=" + chosenProvider().wireName() + ", model=" + model + "]";
  }
}
