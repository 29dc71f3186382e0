package io.selfrag.service.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The deployment's default embedding model: what a knowledge base gets that names none.
 *
 * @param provider onnx, hashing, ollama or openai
 * @param model blank: the provider's default
 * @param dim 0: the provider's default
 * @param baseUrl where the model's server is; null where there is none
 * @param apiKey null where none is needed
 */
@ConfigurationProperties("selfrag.embedding")
public record EmbeddingSettings(@DefaultValue("onnx") String provider, @DefaultValue("") String model,
    @DefaultValue("0") int dim, @Nullable String baseUrl, @Nullable String apiKey) {
  private static final Map<String, String> DEFAULT_MODELS = Map.of("onnx", "", "hashing", "hashing", "ollama", "bge-m3",
      "openai", "text-embedding-3-small");
  private static final Map<String, Integer> DEFAULT_DIMENSIONS = Map.of("onnx", 0, "hashing", 64, "ollama", 1024,
      "openai",
      1536);
  private static final int MAX_DIMENSION = 8192;

  public EmbeddingSettings {
    if (!DEFAULT_MODELS.containsKey(provider)) {
      throw new ConfigurationException("EMBEDDING_PROVIDER", "must be onnx, hashing, ollama or openai");
    }
    if (dim < 0 || dim > MAX_DIMENSION) {
      throw new ConfigurationException("EMBEDDING_DIM", "must be between 1 and " + MAX_DIMENSION);
    }
    model = model.isBlank() ? DEFAULT_MODELS.getOrDefault(provider, "") : model.strip();
    dim = dim == 0 ? DEFAULT_DIMENSIONS.getOrDefault(provider, 0) : dim;
    baseUrl = baseUrl == null || baseUrl.isBlank() ? null : baseUrl.strip();
    if (baseUrl != null && !baseUrl.matches("https?://\\S+")) {
      throw new ConfigurationException("EMBEDDING_BASE_URL", "must be an http or https URL");
    }
    apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "EmbeddingSettings[" + provider + "/" + model + "/" + dim + "]";
  }
}
