package io.selfrag.embedding.settings;

import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.embedding.onnx.OnnxModel;
import io.selfrag.embedding.remote.RemoteModel;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The deployment's embedding models; keys under {@code selfrag.embedding}.
 *
 * @param provider {@code EMBEDDING_PROVIDER}: onnx (default), ollama, openai or hashing
 * @param model {@code EMBEDDING_MODEL}: the provider's name of the model; onnx and hashing choose their own
 * @param dimension {@code EMBEDDING_DIM}: components of its vectors; 1024 for remote models by default
 * @param baseUrl {@code EMBEDDING_BASE_URL}: of ollama or an OpenAI-compatible server
 * @param apiKey {@code EMBEDDING_API_KEY}: of an OpenAI-compatible server; never logged
 * @param timeout of one call of a remote model
 * @param maxTokens longest text a remote model reads whole
 * @param batchSize most texts in one call of a remote model
 * @param threads of in-process models; 0: one per core
 */
public record EmbeddingSettings(@Nullable String provider, @Nullable String model, @Nullable Integer dimension,
    @Nullable URI baseUrl, @Nullable String apiKey, @Nullable Duration timeout, @Nullable Integer maxTokens,
    @Nullable Integer batchSize, @Nullable Integer threads) {

  /** A model of a deployment and the language of the chunks that it embeds: {@code en}, {@code zh} or {@code any}. */
  public record LanguageModel(String language, ModelId model) {}

  /** Where models come from. */
  public enum Provider {
    ONNX, OLLAMA, OPENAI, HASHING;

    /** Name in settings and in {@link ModelId}. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String DEFAULT_REMOTE_MODEL = "bge-m3";
  private static final int DEFAULT_REMOTE_DIMENSION = 1024;
  private static final URI OLLAMA_ON_THIS_MACHINE = URI.create("http://localhost:11434");

  public EmbeddingSettings {
    if (provider != null && !provider.isBlank()
        && List.of(Provider.values()).stream().noneMatch(p -> p.wireName().equals(provider))) {
      throw new IllegalArgumentException("EMBEDDING_PROVIDER must be onnx, ollama, openai or hashing");
    }
    if (isOnnx(provider) && !OnnxModel.areNamedBy(model, dimension)) {
      throw new IllegalArgumentException("EMBEDDING_MODEL and EMBEDDING_DIM must name one of " + OnnxModel.names()
          + " with EMBEDDING_PROVIDER=onnx, or be left out for one of each language");
    }
    if (dimension != null && dimension < 1) {
      throw new IllegalArgumentException("EMBEDDING_DIM must be at least 1");
    }
    if (baseUrl != null && !List.of("http", "https").contains(String.valueOf(baseUrl.getScheme()))) {
      throw new IllegalArgumentException("EMBEDDING_BASE_URL must begin with http:// or https://");
    }
    requirePositive("EMBEDDING_TIMEOUT", timeout == null ? null : timeout.toMillis());
    requirePositive("EMBEDDING_MAX_TOKENS", maxTokens);
    requirePositive("EMBEDDING_BATCH_SIZE", batchSize);
    if (threads != null && threads < 0) {
      throw new IllegalArgumentException("EMBEDDING_THREADS must not be negative");
    }
    // Last, since what is missing hides what is wrong with others.
    if ("openai".equals(provider) && baseUrl == null) {
      throw new IllegalArgumentException("EMBEDDING_BASE_URL must name the OpenAI-compatible server, version included");
    }
  }

  private static void requirePositive(String variable, @Nullable Number value) {
    if (value != null && value.longValue() < 1) {
      throw new IllegalArgumentException(variable + " must be at least 1");
    }
  }

  /** Settings of a provider with all else at its default. */
  public static EmbeddingSettings of(Provider provider) {
    return new EmbeddingSettings(provider.wireName(), null, null, null, null, null, null, null, null);
  }

  /** The provider of new knowledge bases. */
  public Provider chosenProvider() {
    return provider == null || provider.isBlank()
        ? Provider.ONNX
        : Provider.valueOf(provider.toUpperCase(Locale.ROOT));
  }

  /**
   * The models of a knowledge base of the given language, {@code auto}, {@code en} or {@code zh}: one, or one for each
   * language.
   */
  public List<LanguageModel> modelsFor(String language) {
    return switch (chosenProvider()) {
      case ONNX -> OnnxModel.named(model, dimension).map(it -> List.of(new LanguageModel("any", it.id())))
          .orElseGet(() -> onnxFor(language));
      case HASHING -> List.of(new LanguageModel("any", HashingEmbedder.idOf(hashingDimension())));
      case OLLAMA, OPENAI -> List.of(new LanguageModel("any", remoteModel()));
    };
  }

  /** The in-process model that reads a language, {@code en} or {@code zh}, whatever model embeds. */
  OnnxModel inProcessFor(String language) {
    var usual = language.equals("zh") ? OnnxModel.BGE_SMALL_ZH : OnnxModel.BGE_SMALL_EN;
    return isOnnx(provider) ? OnnxModel.named(model, dimension).orElse(usual) : usual;
  }

  private static List<LanguageModel> onnxFor(String language) {
    return switch (language) {
      case "en" -> List.of(new LanguageModel("any", OnnxModel.BGE_SMALL_EN.id()));
      case "zh" -> List.of(new LanguageModel("any", OnnxModel.BGE_SMALL_ZH.id()));
      default -> List.of(new LanguageModel("en", OnnxModel.BGE_SMALL_EN.id()),
          new LanguageModel("zh", OnnxModel.BGE_SMALL_ZH.id()));
    };
  }

  private static boolean isOnnx(@Nullable String provider) {
    return provider == null || provider.isBlank() || provider.equals(Provider.ONNX.wireName());
  }

  /** The remote model's id. */
  ModelId remoteModel() {
    return new ModelId(chosenProvider().wireName(), model == null || model.isBlank() ? DEFAULT_REMOTE_MODEL : model,
        dimension == null ? DEFAULT_REMOTE_DIMENSION : dimension);
  }

  /** How a model of the configured server is called. */
  RemoteModel remote(ModelId id) {
    URI server = baseUrl == null ? OLLAMA_ON_THIS_MACHINE : baseUrl;
    RemoteModel usual = RemoteModel.of(server, id.model(), id.dimension());
    return new RemoteModel(server, id.model(), id.dimension(), maxTokens == null ? usual.maxTokens() : maxTokens,
        batchSize == null ? usual.batchSize() : batchSize, usual.connectTimeout(),
        timeout == null ? usual.timeout() : timeout, usual.passageInstruction(), usual.queryInstruction());
  }

  int hashingDimension() {
    return dimension == null ? HashingEmbedder.DEFAULT_DIMENSION : dimension;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "EmbeddingSettings[provider=" + chosenProvider().wireName() + ", models=" + modelsFor("auto") + "]";
  }
}
