package io.selfrag.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.selfrag.standalone.client.JsonPages;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers as Qdrant's REST interface documents them. */
class QdrantLookTest {
  private static final Map<String, String> WELL = Map.of(
      "/cluster", "{\"result\":{\"status\":\"disabled\"},\"status\":\"ok\"}",
      "/collections", "{\"result\":{\"collections\":[{\"name\":\"bge-m3\"}]},\"status\":\"ok\"}",
      "/collections/bge-m3",
      "{\"result\":{\"status\":\"green\",\"optimizer_status\":\"ok\",\"points_count\":42,\"segments_count\":3}}");

  @Test
  void oneNodeWithAGreenCollectionIsWell() throws Exception {
    assertThat(looked(WELL)).extracting(Finding::level, Finding::said).containsExactly(
        tuple(Finding.Level.OK, "one node"),
        tuple(Finding.Level.OK, "bge-m3: green, 42 points, 3 segments"));
  }

  @Test
  void aClusterWithoutALeaderFailsAndACollectionWhoseOptimizerFailedToo() throws Exception {
    var found = looked(Map.of(
        "/cluster",
        "{\"result\":{\"status\":\"enabled\",\"peers\":{\"1\":{},\"2\":{}},\"raft_info\":{\"leader\":null},"
            + "\"consensus_thread_status\":{\"consensus_thread_status\":\"working\"},\"message_send_failures\":{}}}",
        "/collections", WELL.get("/collections"), "/collections/bge-m3",
        "{\"result\":{\"status\":\"green\",\"optimizer_status\":{\"error\":\"no space left\"},\"points_count\":42}}"));

    assertThat(found).extracting(Finding::level).containsExactly(Finding.Level.FAIL, Finding.Level.FAIL);
    assertThat(found.getFirst().said()).contains("2 nodes", "no leader");
    assertThat(found.getLast().said()).contains("no space left");
    assertThat(found).allSatisfy(it -> assertThat(it.remedy()).isNotBlank());
  }

  @Test
  void aCollectionThatOptimizesIsAWarning() throws Exception {
    var found = looked(Map.of("/cluster", WELL.get("/cluster"), "/collections", WELL.get("/collections"),
        "/collections/bge-m3", "{\"result\":{\"status\":\"yellow\",\"optimizer_status\":\"ok\"}}"));

    assertThat(found.getLast().level()).isEqualTo(Finding.Level.WARN);
  }

  private static List<Finding> looked(Map<String, String> answers) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      try (exchange) {
        var answer = answers.get(exchange.getRequestURI().getPath());
        boolean known = answer != null && "secret".equals(exchange.getRequestHeaders().getFirst("api-key"));
        var bytes = (known ? String.valueOf(answer) : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    });
    server.start();
    try {
      var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      return new QdrantLook(new JsonPages(base, "api-key", "secret", Duration.ofSeconds(5))).findings();
    } finally {
      server.stop(0);
    }
  }
}
