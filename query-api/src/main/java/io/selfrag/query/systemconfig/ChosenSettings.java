package io.selfrag.query.systemconfig;

import io.selfrag.generation.settings.GenerationSettings;
import io.selfrag.query.retrieve.RerankSettings;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What holds, typed: the environment's choices, or those with an operator's in their place. */
record ChosenSettings(GenerationSettings generation, RerankSettings rerank) {
  /**
   * The same with other values.
   *
   * @param values as text, secrets in the clear
   * @throws IllegalArgumentException if they are not right, each or together; the message begins with the key's variable
   */
  ChosenSettings with(Map<ConfigKey, String> values) {
    var it = new Values(values);
    var llm = new GenerationSettings(it.text(ConfigKey.LLM_PROVIDER, generation.provider()),
        it.text(ConfigKey.LLM_MODEL, generation.model()), generation.models(), generation.baseUrl(),
        generation.ollamaUrl(), it.text(ConfigKey.LLM_API_KEY, generation.apiKey()),
        it.of(ConfigKey.LLM_TEMPERATURE, Double::valueOf, generation.temperature()),
        it.of(ConfigKey.LLM_MAX_TOKENS, Integer::valueOf, generation.maxTokens()), generation.contextTokens(),
        generation.timeout(), generation.idleTimeout(), generation.retries());
    var reranking = new RerankSettings(it.of(ConfigKey.RERANK_ENABLED, Boolean::valueOf, rerank.enabled()),
        it.text(ConfigKey.RERANK_PROVIDER, rerank.provider()), it.text(ConfigKey.RERANK_MODEL, rerank.model()),
        it.of(ConfigKey.RERANK_TOP_K, Integer::valueOf, rerank.topK()), rerank.baseUrl(),
        it.text(ConfigKey.RERANK_API_KEY, rerank.apiKey()));
    return new ChosenSettings(llm.insteadOf(generation), reranking);
  }

  private record Values(Map<ConfigKey, String> values) {
    @Nullable
    String text(ConfigKey key, @Nullable String otherwise) {
      return values.getOrDefault(key, otherwise);
    }

    <T> @Nullable T of(ConfigKey key, Function<String, T> read, @Nullable T otherwise) {
      var text = values.get(key);
      return text == null ? otherwise : read.apply(text);
    }
  }

  /** What holds for a key: a text, a number or a truth; null where nothing does. Secrets too. */
  @Nullable
  Object value(ConfigKey key) {
    return switch (key) {
      case LLM_PROVIDER -> generation.chosenProvider().wireName();
      case LLM_MODEL -> generation.chosenModel();
      case LLM_TEMPERATURE -> generation.usualSampling().temperature();
      case LLM_MAX_TOKENS -> generation.usualSampling().maxTokens();
      case LLM_API_KEY -> generation.apiKey();
      case RERANK_ENABLED -> rerank.isEnabled();
      case RERANK_PROVIDER -> rerank.provider();
      case RERANK_MODEL -> rerank.model();
      case RERANK_TOP_K -> rerank.usualTopK();
      case RERANK_API_KEY -> rerank.apiKey();
    };
  }
}
