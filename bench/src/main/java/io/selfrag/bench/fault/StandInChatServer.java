package io.selfrag.bench.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A chat server that can be away or break off: it speaks OpenAI's protocol as far as a streamed answer needs it, and says two sentences
 * of the passages that it is given.
 */
final class StandInChatServer implements AutoCloseable {
  static final String MODEL = "stand-in";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern SENTENCE = Pattern.compile("The zq\\d+e\\d+q record says that[^.\\\\]*\\.");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private @Nullable HttpServer server;
  private volatile boolean breaksOff;

  StandInChatServer() {
    server = listen(0);
    port = server.getAddress().getPort();
  }

  /** What {@code LLM_BASE_URL} is set to. */
  String baseUrl() {
    return "http://127.0.0.1:" + port + "/v1";
  }

  /** Whether answers end in the middle of their second sentence, with the connection. */
  void breaksOff(boolean it) {
    breaksOff = it;
  }

  /** Refuses connections. */
  void leave() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  /** Listens again, on the same port. */
  void comeBack() {
    if (server == null) {
      server = listen(port);
    }
  }

  private HttpServer listen(int on) {
    try {
      var listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), on), 0);
      listening.setExecutor(threads);
      listening.createContext("/", this::handle);
      listening.start();
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!exchange.getRequestURI().getPath().endsWith("/chat/completions")) {
        var models = JSON.writeValueAsBytes(Map.of("data", List.of(Map.of("id", MODEL, "object", "model"))));
        exchange.sendResponseHeaders(200, models.length);
        exchange.getResponseBody().write(models);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      var sentences = SENTENCE.matcher(request).results().map(it -> it.group()).distinct().limit(2).toList();
      for (int i = 0; i < sentences.size(); i++) {
        var text = sentences.get(i) + " [1]\n";
        if (breaksOff && i == sentences.size() - 1) {
          say(exchange, Map.of("content", text.substring(0, text.length() / 2)), null);
          throw new IOException("the connection is cut");
        }
        say(exchange, Map.of("content", text), null);
      }
      say(exchange, Map.of(), "stop");
      exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void say(HttpExchange exchange, Map<String, String> delta, @Nullable String finish)
      throws IOException {
    var choice = new java.util.HashMap<String, Object>(Map.of("index", 0, "delta", delta));
    choice.put("finish_reason", finish);
    var line = "data: " + JSON.writeValueAsString(Map.of("id", "c", "object", "chat.completion.chunk", "created", 1,
        "model", MODEL, "choices", List.of(choice))) + "\n\n";
    exchange.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  @Override
  public void close() {
    leave();
    threads.shutdownNow();
  }
}
