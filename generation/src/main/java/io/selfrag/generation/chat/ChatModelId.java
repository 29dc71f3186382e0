package io.selfrag.generation.chat;

/**
 * Which model writes an answer.
 *
 * @param provider {@code extractive}, {@code ollama} or {@code openai}
 * @param model the provider's name of the model
 */
public record ChatModelId(String provider, String model) {
  public ChatModelId {
    if (provider.isBlank() || model.isBlank()) {
      throw new IllegalArgumentException("a chat model needs a provider and a name");
    }
  }
}
