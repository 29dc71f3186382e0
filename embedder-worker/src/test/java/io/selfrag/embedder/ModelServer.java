package io.selfrag.embedder;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.hashing.HashingEmbedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import tools.jackson.databind.json.JsonMapper;

/** A server that speaks Ollama's {@code /api/embed} and behaves as a test says, by the number of the call. */
final class ModelServer implements AutoCloseable {
  static final String MODEL = "stub-model";
  static final int DIMENSION = 16;
  private static final JsonMapper JSON = JsonMapper.shared();

  /** What is answered instead of vectors, after a while. */
  record Behaviour(long delayMs, int status, Map<String, String> headers, String vector) {
    static final Behaviour GOOD = slow(0);

    static Behaviour slow(long delayMs) {
      return new Behaviour(delayMs, 200, Map.of(), null);
    }

    static Behaviour status(int status, Map<String, String> headers) {
      return new Behaviour(0, status, headers, null);
    }

    /** One vector of the test's own, as JSON. */
    static Behaviour vector(String json) {
      return new Behaviour(0, 200, Map.of(), json);
    }

    /** No answer before the test is over. */
    static Behaviour silence() {
      return slow(Long.MAX_VALUE);
    }
  }

  /** A call that was answered. */
  record Call(List<String> texts, long atNanos, int status) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  volatile IntFunction<Behaviour> script = _ -> Behaviour.GOOD;
  private final Embedder vectors = HashingEmbedder.create(DIMENSION);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server;
  private int next;

  ModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var texts = new ArrayList<String>();
      JSON.readTree(exchange.getRequestBody().readAllBytes()).path("input").forEach(it -> texts.add(it.asString()));
      Behaviour behaviour;
      synchronized (this) {
        behaviour = script.apply(next++);
        calls.add(new Call(texts, System.nanoTime(), behaviour.status()));
      }
      if (behaviour.delayMs() > 0 && over.await(behaviour.delayMs(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
        return;
      }
      var body = behaviour.status() == 200
          ? "{\"model\":\"" + MODEL + "\",\"embeddings\":" + vectors(texts, behaviour) + "}"
          : "{\"error\":\"scripted\"}";
      behaviour.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(behaviour.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String vectors(List<String> texts, Behaviour behaviour) {
    return behaviour.vector() == null
        ? JSON.writeValueAsString(vectors.embedPassages(texts))
        : "[" + behaviour.vector() + "]";
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.close();
  }
}
