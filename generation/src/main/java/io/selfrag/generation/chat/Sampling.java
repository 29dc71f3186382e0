package io.selfrag.generation.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model chooses its words; {@code null} leaves a choice to the deployment's settings.
 *
 * @param temperature 0 to 2
 * @param maxTokens most tokens of the answer, at least 1
 * @param stop texts at which the answer ends
 */
public record Sampling(@Nullable Double temperature, @Nullable Integer maxTokens, List<String> stop) {
  /** As the deployment has it. */
  public static final Sampling USUAL = new Sampling(null, null, List.of());

  public Sampling {
    stop = List.copyOf(stop);
  }

  /** These choices, and those of another where these make none. */
  public Sampling orElse(Sampling other) {
    return new Sampling(temperature == null ? other.temperature : temperature,
        maxTokens == null ? other.maxTokens : maxTokens, stop.isEmpty() ? other.stop : stop);
  }
}
