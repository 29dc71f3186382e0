package io.selfrag.query.retrieve;

import io.selfrag.generation.remote.RemoteReranker;
import io.selfrag.generation.rerank.chat.ChatReranker;
import io.selfrag.generation.rerank.late.LateInteractionReranker;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How passages are put in a better order after a search; keys under {@code selfrag.rerank}. An operator can change all but the
 * address while the system runs, so ask for it anew for each search.
 *
 * @param enabled {@code RERANK_ENABLED}: whether a search reranks where its request does not say
 * @param provider {@code RERANK_PROVIDER}: {@code none}, {@code http}, {@code llm} or {@code late_interaction}; null:
 *     {@code http} where there is an address
 * @param model {@code RERANK_MODEL}: the provider's name of the model; null: its usual one
 * @param topK {@code RERANK_TOP_K}: passages that are looked at where a request does not say, 1 to 200 and to 50 of
 *     {@code late_interaction}; null: 20
 * @param baseUrl {@code RERANK_BASE_URL}: where the provider's server is; the operator's alone
 * @param apiKey {@code RERANK_API_KEY}: of that server; never logged
 */
public record RerankSettings(@Nullable Boolean enabled, @Nullable String provider, @Nullable String model,
    @Nullable Integer topK, @Nullable URI baseUrl, @Nullable String apiKey) {
  /** The name for having none. */
  public static final String NONE = "none";
  private static final List<String> PROVIDERS = List.of(NONE, RemoteReranker.PROVIDER, ChatReranker.PROVIDER,
      LateInteractionReranker.PROVIDER);
  private static final int USUAL_TOP_K = 20;
  private static final int MOST = 200;

  public RerankSettings {
    provider = provider == null || provider.isBlank() ? null : provider;
    model = model == null || model.isBlank() ? null : model;
    apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey;
    if (provider != null && !PROVIDERS.contains(provider)) {
      throw new IllegalArgumentException("RERANK_PROVIDER must be one of " + String.join(", ", PROVIDERS));
    }
    if (topK != null && (topK < 1 || topK > MOST)) {
      throw new IllegalArgumentException("RERANK_TOP_K must be between 1 and " + MOST);
    }
    if (topK != null && topK > LateInteractionReranker.MOST_PASSAGES
        && LateInteractionReranker.PROVIDER.equals(provider)) {
      throw new IllegalArgumentException("RERANK_TOP_K must be at most " + LateInteractionReranker.MOST_PASSAGES
          + " with RERANK_PROVIDER=" + LateInteractionReranker.PROVIDER);
    }
    if (baseUrl != null && !List.of("http", "https").contains(String.valueOf(baseUrl.getScheme()))) {
      throw new IllegalArgumentException("RERANK_BASE_URL must begin with http:// or https://");
    }
  }

  /** Whether a search reranks where its request does not say. */
  public boolean isEnabled() {
    return Boolean.TRUE.equals(enabled);
  }

  /** Passages that are looked at where a request does not say. */
  public int usualTopK() {
    return topK == null ? USUAL_TOP_K : topK;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "RerankSettings[enabled=" + isEnabled() + ", provider=" + provider + ", model=" + model + ", topK="
        + usualTopK() + "]";
  }
}
