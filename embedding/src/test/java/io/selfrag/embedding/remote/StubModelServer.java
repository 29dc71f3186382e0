package io.selfrag.embedding.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.hashing.HashingEmbedder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks Ollama's {@code /api/embed} and OpenAI's {@code /v1/embeddings}; made to misbehave by a test, once a call. */
public final class StubModelServer implements AutoCloseable {
  public static final String MODEL = "stub-model";
  public static final int DIMENSION = 32;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Embedder vectors = HashingEmbedder.create(DIMENSION);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Queue<Answer> prepared = new ConcurrentLinkedQueue<>();
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);

  /** What a test wants to be answered instead of vectors. */
  public record Answer(int status, String body, Map<String, String> headers, boolean hang) {
    public static Answer of(int status, String body) {
      return new Answer(status, body, Map.of(), false);
    }

    public static Answer silence() {
      return new Answer(200, "", Map.of(), true);
    }
  }

  /** What came in. */
  public record Request(String path, String authorization, JsonNode body) {}

  public StubModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers the next request, then the one after, ... with these instead of vectors. */
  public void answer(Answer... answers) {
    prepared.addAll(List.of(answers));
  }

  public List<Request> requests() {
    return new ArrayList<>(requests);
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      String path = exchange.getRequestURI().getPath();
      requests.add(new Request(path, authorization == null ? "" : authorization, body));
      Answer answer = prepared.poll();
      if (answer == null) {
        answer = embed(path, body);
      }
      if (answer.hang()) {
        released.await();
      }
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer embed(String path, JsonNode body) {
    if (!body.path("model").asString().equals(MODEL)) {
      return Answer.of(404, "{\"error\":\"model not found, try pulling it first\"}");
    }
    List<String> texts = new ArrayList<>();
    body.path("input").forEach(text -> texts.add(text.asString()));
    List<float[]> answers = vectors.embedPassages(texts);
    return switch (path) {
      case "/api/embed" -> Answer.of(200, JSON.writeValueAsString(Map.of("model", MODEL, "embeddings", answers)));
      case "/v1/embeddings" -> Answer.of(200, JSON.writeValueAsString(Map.of("object", "list", "model", MODEL, "data",
          java.util.stream.IntStream.range(0, answers.size())
              .mapToObj(i -> Map.of("object", "embedding", "index", i, "embedding", answers.get(i))).toList(),
          "usage", Map.of("prompt_tokens", 1, "total_tokens", 1))));
      default -> Answer.of(404, "{}");
    };
  }
}
