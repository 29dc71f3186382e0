package io.selfrag.embedding.remote;

import java.net.URI;
import java.time.Duration;

/**
 * A model behind a server.
 *
 * @param baseUrl where the server answers, such as {@code http://localhost:11434}
 * @param name the server's name of the model
 * @param dimension components of its vectors
 * @param maxTokens the longest text it reads whole
 * @param batchSize most texts in one request
 * @param connectTimeout how long a connection may take
 * @param timeout how long one request may take, answer included
 * @param passageInstruction what the model's card puts before a passage, or empty
 * @param queryInstruction what it puts before a question, or empty
 */
public record RemoteModel(URI baseUrl, String name, int dimension, int maxTokens, int batchSize,
    Duration connectTimeout,
    Duration timeout, String passageInstruction, String queryInstruction) {
  /** bge-m3 reads this many. */
  public static final int DEFAULT_MAX_TOKENS = 8_192;
  /** Large enough to keep a GPU busy, small enough that a request ends within its time-out on a CPU. */
  public static final int DEFAULT_BATCH_SIZE = 16;

  public RemoteModel {
    if (!"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
      throw new IllegalArgumentException("the base URL of an embedding model must begin with http:// or https://");
    }
    if (maxTokens < 1 || batchSize < 1 || !connectTimeout.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "maximum tokens, batch size and time-outs of an embedding model must be positive");
    }
  }

  /** A model without instructions and with the default limits. */
  public static RemoteModel of(URI baseUrl, String name, int dimension) {
    return new RemoteModel(baseUrl, name, dimension, DEFAULT_MAX_TOKENS, DEFAULT_BATCH_SIZE, Duration.ofSeconds(5),
        Duration.ofSeconds(60), "", "");
  }
}
