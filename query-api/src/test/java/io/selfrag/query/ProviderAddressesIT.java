package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.selfrag.query.QueryService.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No field of a tenant's request leads models' requests, and the operator's keys with them, to an address of the tenant's choice. */
@ExtendWith(NothingBlocks.class)
class ProviderAddressesIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final List<String> NAMES = List.of("base_url", "api_key", "headers");
  private static final AtomicInteger ASKED = new AtomicInteger();
  private static HttpServer trap;
  private static Tenant tenant;

  @BeforeAll
  static void start() throws IOException {
    trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trap.createContext("/", exchange -> {
      try (exchange) {
        ASKED.incrementAndGet();
        exchange.sendResponseHeaders(200, -1);
      }
    });
    trap.start();
    tenant = SERVICE.tenant();
  }

  @AfterAll
  static void stop() {
    trap.stop(0);
  }

  private static String address() {
    return "http://127.0.0.1:" + trap.getAddress().getPort() + "/v1";
  }

  /** A request that tries. */
  private record Attempt(String path, Map<String, Object> body) {}

  static List<Attempt> attempts() {
    var attempts = new ArrayList<Attempt>();
    for (String name : NAMES) {
      var hostile = Map.<String, Object>of(name, name.equals("headers") ? Map.of("Host", address()) : address());
      var embedding = with(Map.of("provider", "hashing"), hostile);
      attempts.add(base(Map.of("embedding", embedding)));
      attempts.add(base(Map.of("rerank", hostile)));
      attempts.add(base(Map.of("query", Map.of("retriever", Map.of("name", "hybrid", "params", hostile)))));
      attempts.add(base(Map.of("query", with(Map.of("top_k", 5), hostile))));
      attempts.add(base(Map.of("ingestion", Map.of("chunker", Map.of("name", "recursive", "params", hostile)))));
      attempts.add(base(hostile));
      for (String route : List.of("/v1/retrieve", "/v1/rag", "/v1/rag/stream")) {
        attempts.add(ask(route, hostile));
        attempts.add(ask(route, Map.of("retriever_override", Map.of("name", "hybrid", "params", hostile))));
        attempts.add(ask(route, Map.of("llm_override", with(Map.of("provider", "openai", "model", "m"), hostile))));
        attempts.add(ask(route, Map.of("rerank_override", hostile)));
      }
    }
    return attempts;
  }

  private static Attempt base(Map<String, Object> config) {
    return new Attempt("/v1/knowledge-bases", Map.of("name", "kb " + UUID.randomUUID(), "config", config));
  }

  private static Attempt ask(String route, Map<String, Object> more) {
    return new Attempt(route,
        with(Map.of("query", "heron", "knowledge_base_ids", List.of(tenant.knowledgeBase())), more));
  }

  private static Map<String, Object> with(Map<String, Object> some, Map<String, Object> more) {
    var all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void aFieldThatWouldNameAnAddressIsRefused(Attempt attempt) {
    var answer = SERVICE.post(tenant.admin(), attempt.path(), attempt.body());

    assertThat(answer.status()).as(attempt + " " + answer.text()).isIn(400, 422);
    assertThat(ASKED.get()).isZero();
  }

  static Stream<Attempt> names() {
    return Stream.of(base(Map.of("embedding", Map.of("provider", address()))),
        base(Map.of("embedding", Map.of("provider", "openai", "model", address()))),
        base(Map.of("embedding", Map.of("model", address()))),
        ask("/v1/rag", Map.of("llm_override", Map.of("provider", address()))),
        ask("/v1/rag", Map.of("llm_override", Map.of("provider", "openai", "model", address()))),
        ask("/v1/rag", Map.of("llm_override", Map.of("model", address() + "#"))),
        new Attempt("/v1/embeddings", Map.of("input", "heron", "model", address())),
        new Attempt("/v1/chat/completions", Map.of("model", address(), "base_url", address(), "knowledge_base_ids",
            List.of(tenant.knowledgeBase()), "messages", List.of(Map.of("role", "user", "content", "heron")))));
  }

  @ParameterizedTest
  @MethodSource("names")
  void anAddressInTheNameOfAModelIsAName(Attempt attempt) {
    var answer = SERVICE.post(tenant.admin(), attempt.path(), attempt.body());

    assertThat(answer.status()).as(attempt + " " + answer.text()).isNotEqualTo(500);
    assertThat(ASKED.get()).isZero();
  }
}
