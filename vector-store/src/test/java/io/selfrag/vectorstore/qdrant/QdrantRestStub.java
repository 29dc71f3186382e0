package io.selfrag.vectorstore.qdrant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** As much of Qdrant's REST interface as copying needs, as its documentation has it: a collection is the bytes of its snapshot. */
final class QdrantRestStub implements AutoCloseable {
  /** A call. */
  record Call(String line, String apiKey, String type, String body) {}

  private static final int POINTS = 7;

  private final HttpServer server;
  private final String prefix;
  private final Map<String, String> collections = new TreeMap<>();
  private final Map<String, String> snapshots = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Supplier<String>> fixed = new HashMap<>();

  QdrantRestStub(String prefix) throws IOException {
    this.prefix = prefix;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + prefix);
  }

  synchronized void collection(String name, String content) {
    collections.put(name, content);
  }

  synchronized Map<String, String> collections() {
    return Map.copyOf(collections);
  }

  /** What lies beside the collections. */
  synchronized Map<String, String> snapshots() {
    return Map.copyOf(snapshots);
  }

  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Answers a call always with this: a status, a space, a body. */
  void always(String line, String answer) {
    each(line, () -> answer);
  }

  /** Answers each such call with what is made for it. */
  synchronized void each(String line, Supplier<String> answer) {
    fixed.put(line, answer);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    var line = exchange.getRequestMethod() + " "
        + exchange.getRequestURI().toString().replaceFirst("^" + prefix + "(?=/)", "");
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    var headers = exchange.getRequestHeaders();
    calls.add(new Call(line, String.valueOf(headers.getFirst("api-key")),
        String.valueOf(headers.getFirst("Content-Type")), body));
    var answer = fixed.getOrDefault(line, () -> answer(line, body)).get();
    var bytes = answer.substring(4).getBytes(StandardCharsets.ISO_8859_1);
    exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String answer(String line, String body) {
    var words = line.split("[ /?]+");
    var name = words.length > 2 ? words[2] : "";
    if (line.equals("GET /")) {
      return "200 {\"title\":\"qdrant - vector search engine\",\"version\":\"1.16.1\",\"commit\":\"0\"}";
    }
    if (line.equals("GET /cluster")) {
      return result("{\"status\":\"disabled\"}");
    }
    if (line.equals("GET /collections")) {
      return result("{\"collections\":["
          + String.join(",", collections.keySet().stream().map(it -> "{\"name\":\"" + it + "\"}").toList()) + "]}");
    }
    if (line.startsWith("POST /collections/" + name + "/snapshots/upload?")) {
      collections.put(name, body.split("\r\n\r\n|\r\n--")[1]);
      snapshots.put(body.replaceAll("(?s).*filename=\"([^\"]+)\".*", "$1"), "uploaded");
      return result("true");
    }
    if (!collections.containsKey(name)) {
      return "404 {\"status\":{\"error\":\"Not found: Collection `" + name + "` doesn't exist!\"},\"time\":0.1}";
    }
    return ofCollection(line, name, words);
  }

  private String ofCollection(String line, String name, String[] words) {
    var path = line.replaceFirst("/collections/" + name, "").replaceFirst("\\?.*", "");
    return switch (path) {
      case "GET " -> result("{\"status\":\"green\",\"config\":{\"params\":{\"vectors\":{\"dense\":{\"size\":384}}}}}");
      case "DELETE " -> {
        collections.remove(name);
        yield result("true");
      }
      case "GET /cluster" ->
        result("{\"peer_id\":1,\"shard_count\":1,\"local_shards\":[{\"shard_id\":0,\"points_count\":7,"
            + "\"state\":\"Active\"}],\"remote_shards\":[],\"shard_transfers\":[]}");
      case "POST /points/count" -> result("{\"count\":" + POINTS + "}");
      case "POST /snapshots" -> {
        var snapshot = name + "-1-2026.snapshot";
        snapshots.put(snapshot, collections.getOrDefault(name, ""));
        yield result(
            "{\"name\":\"" + snapshot + "\",\"creation_time\":\"2026-01-01T00:00:00\",\"size\":1,\"checksum\":null}");
      }
      default -> ofSnapshot(words[0], words[4]);
    };
  }

  private String ofSnapshot(String method, String snapshot) {
    if (!snapshots.containsKey(snapshot)) {
      return "404 {\"status\":{\"error\":\"Not found: Snapshot\"}}";
    }
    if (method.equals("DELETE")) {
      snapshots.remove(snapshot);
      return result("true");
    }
    return "200 " + snapshots.get(snapshot);
  }

  private static String result(String json) {
    return "200 {\"result\":" + json + ",\"status\":\"ok\",\"time\":0.001}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
