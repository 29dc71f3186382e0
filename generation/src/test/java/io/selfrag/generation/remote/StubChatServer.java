package io.selfrag.generation.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks Ollama's {@code /api/chat} (lines of JSON) and {@code /api/tags}, and OpenAI's {@code /v1/chat/completions} (server-sent
 * events) and {@code /v1/models}, as both document them. Misbehaves when a test says so, once a call.
 */
public final class StubChatServer implements AutoCloseable {
  public static final String MODEL = "stub:1b";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Set<String> models = ConcurrentHashMap.newKeySet();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger abandoned = new AtomicInteger();
  private volatile Function<Request, String> mind = _ -> "The stub says hello.";

  /** How a call goes. */
  public sealed interface Script {
    /** An answer of another status than 200. */
    record Refusal(int status, String body, Map<String, String> headers) implements Script {}

    /** Pieces, and then what the end is. */
    record Pieces(List<String> texts, Ending ending) implements Script {}
  }

  /** How an answer that began well ends. */
  public enum Ending {
    WELL, LENGTH, CUT, WITHOUT_MARK, ERROR, SILENCE, LOADING, NEVER
  }

  /** What came in. */
  public record Request(String path, String authorization, JsonNode body) {
    /** All messages of a chat, one a line, with their roles. */
    public String prompt() {
      var text = new StringBuilder();
      body.path("messages").forEach(it -> text.append(it.path("role").asString()).append(": ")
          .append(it.path("content").asString()).append('\n'));
      return text.toString();
    }
  }

  public StubChatServer() {
    models.add(MODEL);
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

  /** Chats as another model too. */
  public StubChatServer alsoHas(String other) {
    models.add(other);
    return this;
  }

  /** What it answers when it behaves. */
  public StubChatServer thinks(Function<Request, String> it) {
    mind = it;
    return this;
  }

  /** The next calls go like this. */
  public void play(Script... next) {
    scripts.addAll(List.of(next));
  }

  public void refuse(int status, String body) {
    play(new Script.Refusal(status, body, Map.of()));
  }

  public void say(Ending ending, String... texts) {
    play(new Script.Pieces(List.of(texts), ending));
  }

  public List<Request> chats() {
    return new ArrayList<>(requests);
  }

  /** Calls whose client closed the connection while the answer was being written. */
  public int abandoned() {
    return abandoned.get();
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var bytes = exchange.getRequestBody().readAllBytes();
      var authorization = exchange.getRequestHeaders().getFirst("Authorization");
      var path = exchange.getRequestURI().getPath();
      var request = new Request(path, authorization == null ? "" : authorization,
          bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes));
      switch (path) {
        case "/api/tags" -> send(exchange, 200, Map.of(), JSON.writeValueAsString(
            Map.of("models", List.of(Map.of("name", MODEL, "model", MODEL)))));
        case "/v1/models" -> send(exchange, 200, Map.of(), JSON.writeValueAsString(
            Map.of("object", "list", "data", List.of(Map.of("id", MODEL, "object", "model")))));
        case "/api/chat", "/v1/chat/completions" -> chat(exchange, request);
        default -> send(exchange, 404, Map.of(), "{}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void chat(HttpExchange exchange, Request request) throws IOException, InterruptedException {
    requests.add(request);
    if (!models.contains(request.body().path("model").asString())) {
      send(exchange, 404, Map.of(), "{\"error\":\"model 'x' not found\"}");
      return;
    }
    var script = scripts.poll();
    switch (script == null ? within(limit(request.body()), words(mind.apply(request))) : script) {
      case Script.Refusal it -> send(exchange, it.status(), it.headers(), it.body());
      case Script.Pieces it -> stream(exchange, request, it);
    }
  }

  /** A server that behaves writes no more than it may; a word is a token here. */
  private static Script within(int limit, List<String> words) {
    return words.size() <= limit
        ? new Script.Pieces(words, Ending.WELL)
        : new Script.Pieces(words.subList(0, limit), Ending.LENGTH);
  }

  private static int limit(JsonNode body) {
    var ollama = body.at("/options/num_predict");
    return ollama.isNumber() && ollama.asInt() > 0 ? ollama.asInt() : body.path("max_tokens").asInt(Integer.MAX_VALUE);
  }

  private static List<String> words(String text) {
    return List.of(text.split("(?<= )"));
  }

  private void stream(HttpExchange exchange, Request request, Script.Pieces script)
      throws IOException, InterruptedException {
    boolean ollama = request.path().equals("/api/chat");
    exchange.getResponseHeaders().set("Content-Type", ollama ? "application/x-ndjson" : "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String text : script.texts()) {
        write(out, piece(ollama, text));
      }
      end(exchange, out, ollama, script.ending());
    } catch (IOException e) {
      if (script.ending() == Ending.NEVER || script.ending() == Ending.LOADING) {
        abandoned.incrementAndGet();
        return;
      }
      throw e;
    }
  }

  private void end(HttpExchange exchange, OutputStream out, boolean ollama, Ending ending)
      throws IOException, InterruptedException {
    switch (ending) {
      case WELL -> write(out, last(ollama, "stop"));
      case LENGTH -> write(out, last(ollama, "length"));
      case WITHOUT_MARK -> out.flush();
      case ERROR -> write(out, ollama
          ? "{\"error\":\"an error was encountered while running the model\"}\n"
          : "data: {\"error\":{\"message\":\"server had an error\",\"type\":\"server_error\"}}\n\n");
      case CUT -> {
        out.flush();
        throw new IOException("the connection is cut");
      }
      case SILENCE -> released.await();
      case LOADING -> repeat(out, piece(ollama, ""));
      case NEVER -> repeat(out, piece(ollama, "more "));
    }
  }

  private void repeat(OutputStream out, String piece) throws IOException, InterruptedException {
    while (!released.await(5, TimeUnit.MILLISECONDS)) {
      write(out, piece);
    }
  }

  private static String piece(boolean ollama, String text) {
    return ollama
        ? JSON.writeValueAsString(Map.of("model", MODEL, "created_at", "2026-01-01T00:00:00Z", "message",
            Map.of("role", "assistant", "content", text), "done", false)) + "\n"
        : "data: " + JSON.writeValueAsString(Map.of("id", "c1", "object", "chat.completion.chunk", "created", 1,
            "model", MODEL, "choices", List.of(Map.of("index", 0, "delta", Map.of("content", text))))) + "\n\n";
  }

  private static String last(boolean ollama, String reason) {
    return ollama
        ? JSON.writeValueAsString(Map.of("model", MODEL, "created_at", "2026-01-01T00:00:00Z", "message",
            Map.of("role", "assistant", "content", ""), "done", true, "done_reason", reason, "prompt_eval_count", 11,
            "eval_count", 7)) + "\n"
        : "data: " + JSON.writeValueAsString(Map.of("id", "c1", "object", "chat.completion.chunk", "created", 1,
            "model", MODEL, "choices",
            List.of(Map.of("index", 0, "delta", Map.of(), "finish_reason", reason)))) + "\n\ndata: "
            + JSON.writeValueAsString(Map.of("id", "c1", "object", "chat.completion.chunk", "created", 1, "model",
                MODEL, "choices", List.of(), "usage",
                Map.of("prompt_tokens", 11, "completion_tokens", 7, "total_tokens", 18)))
            + "\n\ndata: [DONE]\n\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void send(HttpExchange exchange, int status, Map<String, String> headers, String body)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
