package io.selfrag.bench.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.hashing.HashingEmbedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An embedding model behind OpenAI's {@code POST /v1/embeddings} that misbehaves on demand. */
public final class ModelServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int DIMENSION = 64;
  /** What a call takes while nothing is wrong. */
  private static final Duration USUAL = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** A number of JSON that no float holds. */
  private static final double INFINITE = 1e39;

  private final Embedder vectors = HashingEmbedder.create(DIMENSION);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong misbehaved = new AtomicLong();
  private final HttpServer server;
  private volatile Mood mood = Mood.WELL;

  /** How it answers. */
  public enum Mood {
    /** As it should. */
    WELL,
    /** Ten times slower. */
    SLOW,
    /** Not at all, for longer than anybody waits. */
    HANGING,
    /** 429 to all. */
    BUSY,
    /** 500 to every third call. */
    FLAKY,
    /** Vectors of another model. */
    WRONG_DIMENSION,
    /** Components that are no numbers: JSON has no NaN, but numbers that no float holds. */
    INFINITE
  }

  public ModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/embeddings", this::answer);
    server.start();
  }

  /** Settings of a system that embeds here. */
  public Map<String, String> settings() {
    return Map.of("EMBEDDING_PROVIDER", "openai", "EMBEDDING_MODEL", "bench", "EMBEDDING_DIM",
        Integer.toString(DIMENSION), "EMBEDDING_BASE_URL", "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
        "EMBEDDING_API_KEY", "none", "EMBEDDING_TIMEOUT", TIMEOUT.toSeconds() + "s");
  }

  public void be(Mood now) {
    mood = now;
  }

  /** How many calls were not answered as they should. */
  public long misbehaved() {
    return misbehaved.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = JSON.readTree(exchange.getRequestBody().readAllBytes());
      var now = mood;
      boolean failing = now != Mood.FLAKY || calls.incrementAndGet() % 3 == 0;
      if (now != Mood.WELL && failing) {
        misbehaved.incrementAndGet();
      }
      LockSupport.parkNanos(timeOf(now).toNanos());
      switch (now) {
        case BUSY -> send(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
        case FLAKY -> send(exchange, failing ? 500 : 200, failing ? "{}" : vectors(request, now));
        default -> send(exchange, 200, vectors(request, now));
      }
    }
  }

  private static Duration timeOf(Mood now) {
    return switch (now) {
      case SLOW -> USUAL.multipliedBy(10);
      case HANGING -> TIMEOUT.multipliedBy(4);
      default -> USUAL;
    };
  }

  private String vectors(JsonNode request, Mood now) {
    var texts = new ArrayList<String>();
    request.path("input").forEach(it -> texts.add(it.asString()));
    var data = new ArrayList<Map<String, Object>>();
    for (float[] vector : vectors.embedPassages(texts)) {
      data.add(Map.of("object", "embedding", "index", data.size(), "embedding", spoilt(vector, now)));
    }
    return JSON.writeValueAsString(Map.of("object", "list", "model", "bench", "data", data, "usage",
        Map.of("prompt_tokens", 1, "total_tokens", 1)));
  }

  private static List<Double> spoilt(float[] vector, Mood now) {
    var all = new ArrayList<Double>();
    for (float component : vector) {
      all.add(now == Mood.INFINITE ? INFINITE : (double) component);
    }
    return now == Mood.WRONG_DIMENSION ? all.subList(0, all.size() - 1) : all;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
