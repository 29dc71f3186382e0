package io.selfrag.embedder;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the worker batches.
 *
 * @param consumers of each lane; two keep the model busy while one waits for the broker
 * @param batchRecords most chunks of a batch
 * @param linger longest wait for a bulk batch to fill
 * @param pieceTexts most texts of one call of the model; 0: 4 for models in this process, 16 for remote ones
 * @param pieceTokens most tokens of one call of several texts
 * @param concurrency calls at once; 0: one for each core and one more in waiting
 */
@ConfigurationProperties("selfrag.embedder")
public record EmbedderSettings(@DefaultValue("2") int consumers, @DefaultValue("128") int batchRecords,
    @DefaultValue("20ms") Duration linger, @DefaultValue("0") int pieceTexts, @DefaultValue("8192") int pieceTokens,
    @DefaultValue("0") int concurrency) {
  public EmbedderSettings {
    require(consumers >= 1 && consumers <= 64, "EMBEDDER_CONSUMERS", "must be between 1 and 64");
    require(batchRecords >= 1 && batchRecords <= 2000, "EMBEDDER_BATCH_RECORDS", "must be between 1 and 2000");
    require(!linger.isNegative() && linger.compareTo(Duration.ofSeconds(5)) <= 0, "EMBEDDER_LINGER",
        "must be between 0s and 5s");
    require(pieceTexts >= 0 && pieceTexts <= 500, "EMBEDDER_PIECE_TEXTS", "must be between 0 and 500");
    require(pieceTokens >= 1, "EMBEDDER_PIECE_TOKENS", "must be at least 1");
    require(concurrency >= 0 && concurrency <= 256, "EMBEDDER_CONCURRENCY", "must be between 0 and 256");
  }

  private static void require(boolean holds, String setting, String problem) {
    if (!holds) {
      throw new ConfigurationException(setting, problem);
    }
  }
}
