package io.selfrag.embedding.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * langchain4j's transport over the JDK's client. Ours, because the stock one drops {@code Retry-After}, and because a
 * dialect may have to add to the body what langchain4j cannot say.
 */
final class ModelHttpClient implements dev.langchain4j.http.client.HttpClient, AutoCloseable {
  private final HttpClient client;
  private final Duration timeout;
  private final UnaryOperator<String> body;
  private final Refusals refusals;

  ModelHttpClient(RemoteModel model, UnaryOperator<String> body, Refusals refusals) {
    // HTTP/1.1: model servers seldom speak more, and an upgrade costs each new connection a round trip.
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(model.connectTimeout())
        .build();
    this.timeout = model.timeout();
    this.body = body;
    this.refusals = refusals;
  }

  @Override
  public SuccessfulHttpResponse execute(dev.langchain4j.http.client.HttpRequest request) {
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() / 100 != 2) {
      throw refusals.of(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8),
          response.headers());
    }
    return SuccessfulHttpResponse.builder().statusCode(response.statusCode()).headers(response.headers().map())
        .body(response.body()).build();
  }

  @Override
  public void execute(dev.langchain4j.http.client.HttpRequest request, ServerSentEventParser parser,
      ServerSentEventListener listener) {
    throw new UnsupportedFeatureException("embeddings are not streamed");
  }

  @Override
  public void close() {
    client.close();
  }

  private HttpResponse<byte[]> send(dev.langchain4j.http.client.HttpRequest request) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(request.url())).timeout(timeout)
        .method(request.method().name(), HttpRequest.BodyPublishers.ofString(body.apply(request.body())));
    request.headers().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    try {
      return client.send(builder.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw refusals.unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "interrupted while waiting for the embedding model", e);
    }
  }
}
