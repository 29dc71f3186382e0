package io.selfrag.generation.remote;

import io.selfrag.generation.chat.Sampling;
import java.net.URI;
import java.time.Duration;

/**
 * A chat model behind a server, and how patient its callers are.
 *
 * @param baseUrl where the server answers; for OpenAI's protocol with the version, such as {@code https://api.openai.com/v1}
 * @param name the server's name of the model
 * @param connectTimeout how long a connection may take
 * @param timeout how long a whole answer may take, the loading of the model included
 * @param idleTimeout how long the server may pause between two pieces of an answer
 * @param retries how often a call is made again that failed, through no fault of its prompt, before its first piece
 * @param contextTokens how much of a prompt and its answer the model reads, in its tokens
 * @param usual what the deployment chooses where a caller does not
 */
public record RemoteChat(URI baseUrl, String name, Duration connectTimeout, Duration timeout, Duration idleTimeout,
    int retries, int contextTokens, Sampling usual) {
  public RemoteChat {
    if (!"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
      throw new IllegalArgumentException("the base URL of a chat model must begin with http:// or https://");
    }
    if (!connectTimeout.isPositive() || !timeout.isPositive() || !idleTimeout.isPositive() || retries < 0
        || contextTokens < 1) {
      throw new IllegalArgumentException("time limits and context of a chat model must be positive");
    }
  }
}
