package io.selfrag.generation.remote;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a server of rerank models is called.
 *
 * @param baseUrl where it answers, with the version: {@code /rerank} is added
 * @param model its name of the model
 * @param apiKey sent to this address alone; {@code null} for none
 * @param timeout longest call
 * @param retries calls made again that failed
 */
public record RerankServer(URI baseUrl, String model, @Nullable String apiKey, Duration timeout, int retries) {
  /** Without the key. */
  @Override
  public String toString() {
    return "RerankServer[model=" + model + "]";
  }
}
