package io.selfrag.embedding;

/**
 * Which model made a vector. Vectors of two models are never compared or stored in one collection.
 *
 * @param provider {@code onnx}, {@code ollama}, {@code openai} or {@code hashing}
 * @param model the provider's name of the model, such as {@code bge-small-en-v1.5}
 * @param dimension components of each vector, at least 1
 */
public record ModelId(String provider, String model, int dimension) {
  public ModelId {
    if (provider.isBlank() || model.isBlank() || dimension < 1) {
      throw new IllegalArgumentException("a model needs a provider, a name and a dimension of at least 1");
    }
  }

  /** Provider, name and dimension in one stable string: cache keys, collection names, log fields. */
  public String key() {
    return provider + "/" + model + "/" + dimension;
  }
}
