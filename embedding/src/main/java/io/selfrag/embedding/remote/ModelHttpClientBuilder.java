package io.selfrag.embedding.remote;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;

/** Hands langchain4j the one client of an embedder; its time-outs are {@link RemoteModel}'s and not langchain4j's. */
final class ModelHttpClientBuilder implements HttpClientBuilder {
  private final ModelHttpClient client;

  ModelHttpClientBuilder(ModelHttpClient client) {
    this.client = client;
  }

  @Override
  public @Nullable Duration connectTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public @Nullable Duration readTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder readTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient build() {
    return client;
  }
}
